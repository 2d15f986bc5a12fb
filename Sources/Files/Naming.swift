import Glibc

/// A file that is to have its own name instead of a temporary one.
struct Naming {
    let temporary: String
    let path: String
    /// Whether it takes the name from another file.
    let overwriting: Bool

    /// Throws `FileError.cannotWrite`, `exists`.
    func apply() throws {
        if !overwriting {
            // A second name, unlike a new one, takes no other file's.
            if unsafe link(temporary, path) == 0 {
                unsafe unlink(temporary)
                return
            }
            if errno == EEXIST { throw FileError.exists(path: path) }
            // A file system without second names: what came to be there since this was begun is overwritten.
        }
        guard unsafe rename(temporary, path) == 0 else {
            throw FileError.cannotWrite(path: path, reason: lastSystemError)
        }
    }
}
