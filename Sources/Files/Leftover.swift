import Glibc

/// A file in the making whose process was killed before it could take it away, locked.
struct Leftover: ~Copyable {
    private let path: String
    private let descriptor: Int32

    /// Nil for a file whose writer lives, which holds the lock, and for anything else whose lock cannot be had.
    init?(_ path: String) {
        // Opening anything but a file may wait for ever, or do something.
        guard FileStatus(named: path)?.kind == .file else { return nil }
        let descriptor = unsafe open(path, O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        guard FileLock.request(descriptor) == .held else {
            close(descriptor)
            return nil
        }
        (self.path, self.descriptor) = (path, descriptor)
    }

    deinit { close(descriptor) }

    /// Completes the pair that it is the rest of, or removes it, with what was put beside it; nothing where the name
    /// means another file by now, as the writer gave this one its own name just before it was locked here.
    func settle() {
        guard let file = FileStatus(descriptor: descriptor), file.kind == .file,
            file.isSameFile(as: FileStatus(named: path))
        else { return }
        // Where the system fails, the next one to come tries again.
        do { try PairNote(beside: path)?.complete() } catch { return }
        for path in TemporaryName.family(of: path) { unsafe unlink(path) }
    }

    /// Settles all that are in `folder`.
    static func settleAll(in folder: String) {
        for name in Folder.names(in: folder) ?? [] {
            guard let head = TemporaryName.head(of: name) else { continue }
            if name == head {
                Leftover("\(folder)/\(name)")?.settle()
            } else if FileStatus(named: "\(folder)/\(head)") == nil {
                // What it was put beside has its own name, or is gone.
                unsafe unlink("\(folder)/\(name)")
            }
        }
    }
}
