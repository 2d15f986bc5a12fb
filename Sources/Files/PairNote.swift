import Glibc

/// What is to become of a pair of files, noted beside the first before either gets its own name.
///
/// No rename names two files at once. They are named one after the other, the second first; whoever is killed in
/// between leaves the first under its temporary name and this note beside it, and the next file that is begun in the
/// folder gives the first its name as well. Was none named, or did somebody change either since, the pair is given up.
struct PairNote {
    /// The first file, under its temporary name.
    private let temporary: String
    /// The name that it is to have, and the mark of what has that name, which is replaced; empty where nothing has.
    private let name: String
    private let replaced: String
    /// The second file's own name, and its mark.
    private let secondName: String
    private let secondMark: String

    /// Of two files that are complete, and to have names in the same folder.
    init(_ first: NewFile, _ second: NewFile) {
        temporary = first.temporary.path
        (name, secondName) = (Folder.split(first.path).name, Folder.split(second.path).name)
        replaced = first.overwriting ? Self.mark(first.path) : ""
        secondMark = Self.mark(second.temporary.path)
    }

    /// The note beside the file at `temporary`; nil where there is none, or a part of one, or another user's.
    init?(beside temporary: String) {
        let path = Self.path(beside: temporary)
        let descriptor = unsafe open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        guard let status = FileStatus(descriptor: descriptor), status.kind == .file, status.owner == geteuid() else {
            return nil
        }
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = unsafe bytes.withUnsafeMutableBytes { unsafe read(descriptor, $0.baseAddress, $0.count) }
        let fields = bytes.prefix(max(0, count)).split(separator: 0, omittingEmptySubsequences: false).map {
            String(decoding: $0, as: UTF8.self)
        }
        guard fields.count == 5, fields[4] == Self.end, !(fields[0] + fields[2]).contains("/") else { return nil }
        self.temporary = temporary
        (name, replaced, secondName, secondMark) = (fields[0], fields[1], fields[2], fields[3])
    }

    /// Puts the note on the disk. Throws `FileError.cannotWrite`.
    func write() throws {
        let note = try TemporaryFile(at: Self.path(beside: temporary), permissions: 0o600)
        try note.append([name, replaced, secondName, secondMark, Self.end].joined(separator: "\0"))
        guard fsync(note.descriptor) == 0 else { throw note.failure() }
        note.leave()
        Folder.sync(Folder.split(temporary).folder)
    }

    /// Gives the first file its name, if the second has its own and neither name was given to anything else since.
    /// Throws `FileError.cannotWrite` where the system fails.
    func complete() throws {
        let folder = Folder.split(temporary).folder
        guard Self.mark("\(folder)/\(secondName)") == secondMark, Self.mark("\(folder)/\(name)") == replaced else {
            return
        }
        do {
            try Naming(temporary: temporary, path: "\(folder)/\(name)", overwriting: !replaced.isEmpty).apply()
        } catch FileError.exists {}
        Folder.sync(folder)
    }

    private static let end = "end"

    private static func path(beside temporary: String) -> String { "\(temporary).note" }

    private static func mark(_ path: String) -> String { FileStatus(named: path)?.mark ?? "" }
}
