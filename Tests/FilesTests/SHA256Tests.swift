import Foundation
import TestSupport
import Testing
@testable import Files

@Suite struct SHA256Tests {
    private func digest(_ pieces: [String]) -> String {
        var digest = SHA256()
        for piece in pieces { digest.add(Array(piece.utf8)) }
        return digest.digest()
    }

    @Test(
        "The examples of the standard",
        arguments: [
            ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
            ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
            (
                "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
                "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
            ),
            (
                String(repeating: "a", count: 1_000_000),
                "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"
            ),
        ])
    func standard(text: String, expected: String) { #expect(digest([text]) == expected) }

    @Test("The same bytes in other pieces, at every length around a block's")
    func pieces() {
        for length in 0...130 {
            let text = String(repeating: "dead", count: 40).prefix(length), cut = text.prefix(length * 2 / 3)
            #expect(digest([String(cut), String(text.dropFirst(cut.count))]) == digest([String(text)]), "\(length)")
        }
    }

    @Test("A file has the digest of its bytes; what cannot be read has none")
    func file() throws {
        let folder = TemporaryFolder(), bytes = (0..<700_000).map { UInt8(truncatingIfNeeded: $0 / 7) }
        var whole = SHA256()
        whole.add(bytes)
        #expect(try SHA256.digest(ofFile: folder.write("a", bytes)) == whole.digest())
        #expect(throws: FileError.self) { try SHA256.digest(ofFile: folder.file("absent")) }
        #expect(throws: FileError.self) { try SHA256.digest(ofFile: folder.path) }
    }
}
