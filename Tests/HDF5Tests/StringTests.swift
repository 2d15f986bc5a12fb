import Testing
@testable import HDF5
@testable import HDF5Writing

/// Every way HDF5 keeps text, with room for the texts of the tests.
let stringKinds: [StringType] = [true, false].flatMap { isUTF8 in
    [
        StringType(length: nil, padding: .nullTerminated, isUTF8: isUTF8),
        StringType(length: 12, padding: .nullTerminated, isUTF8: isUTF8),
        StringType(length: 12, padding: .nullPadded, isUTF8: isUTF8),
        StringType(length: 12, padding: .spacePadded, isUTF8: isUTF8),
    ]
}

@Suite struct Strings {
    let texts = ["conv2d", "", "größer", "a b", "λ", "batch_norm_1"]

    @Test("A dataset gives back its texts, of whatever kind", arguments: stringKinds)
    func datasets(kind: StringType) throws {
        let texts = texts.map { String($0.prefix(11)) }
        let root = try reopened { root in
            try root.createDataset("x", shape: [3, 2], strings: kind).write(texts)
            try root.createDataset("s", shape: [], strings: kind).write(["one"])
            try root.createDataset("e", shape: [0], strings: kind).write([] as [String])
        }
        #expect(try root.dataset("x").type == .string)
        #expect(try root.dataset("x").readStrings() == texts)
        #expect(try root.dataset("s").readStrings() == ["one"])
        #expect(try root.dataset("e").readStrings() == [])
    }

    @Test("The type called string has variable length")
    func variable() throws {
        let root = try reopened { try $0.createDataset("x", shape: [6], type: .string, gzip: 4).write(texts) }
        #expect(try root.dataset("x").readStrings() == texts)
    }

    @Test("A null-padded text may fill its length")
    func full() throws {
        let root = try reopened { try $0.createDataset("x", shape: [2], strings: .fixed(3)).write(["abc", "a"]) }
        #expect(try root.dataset("x").readStrings() == ["abc", "a"])
    }

    @Test("A text longer than the fixed length of a dataset is refused, as is one with a NUL inside")
    func refused() throws {
        try withScratchPath { path in
            let file = try FileWriter(path)
            let dataset = try file.root.createDataset("x", shape: [1], strings: .fixed(3))
            #expect(
                throws: HDF5Error.invalidText(
                    file: path, object: "/x", reason: "4 bytes do not fit into a fixed length of 3")
            ) {
                try dataset.write(["abcd"])
            }
            #expect(throws: HDF5Error.invalidText(file: path, object: "/x", reason: "found a NUL byte inside")) {
                try dataset.write(["a\0b"])
            }
        }
    }

    @Test("Numbers do not read as texts, nor texts as numbers")
    func wrongType() throws {
        try withScratchPath { path in
            let file = try FileWriter(path)
            let numbers = try file.root.createDataset("n", shape: [1], type: .float16)
            let texts = try file.root.createDataset("t", shape: [1], type: .string)
            let notTexts = HDF5Error.wrongType(file: path, object: "/n", expected: "strings", found: "float16")
            let notNumbers = HDF5Error.wrongType(file: path, object: "/t", expected: "numbers", found: "strings")
            #expect(throws: notTexts) { try numbers.write(["a"]) }
            #expect(throws: notNumbers) { try texts.write([1] as [Float]) }
            try file.close()
            let root = try File.open(path).root
            #expect(throws: notTexts) { try root.dataset("n").readStrings() }
            #expect(throws: notNumbers) { try root.dataset("t").read(Float.self) }
        }
    }
}
