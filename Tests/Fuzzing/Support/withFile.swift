#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// Gives `body` the path of a file of `bytes` in a folder of this process's own, the same each time.
package func withFile(of bytes: UnsafeRawBufferPointer, name: String = "x", _ body: (String) -> Void) {
    let folder = unsafe String(cString: getenv("TMPDIR") ?? strdup("/tmp")) + "/deadwood-fuzz-\(getpid())"
    mkdir(folder, 0o700)
    let path = "\(folder)/\(name)", descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
    precondition(
        unsafe descriptor >= 0 && write(descriptor, bytes.baseAddress, bytes.count) == bytes.count,
        "\(path) is not writable")
    close(descriptor)
    body(path)
}
