import Foundation

/// Results to stdout; warnings and progress to stderr.
enum Console {
    static func print(_ text: String) { write(text + "\n", to: .standardOutput) }

    static func warn(_ text: String) { write("warning: \(text)\n", to: .standardError) }

    /// A line on a terminal that the next one overwrites; nothing elsewhere. With `total` reached it is wiped out.
    static func progress(_ what: String, _ done: Int, of total: Int) {
        guard isatty(STDERR_FILENO) == 1 else { return }
        write(done < total ? "\r\(what): \(done) of \(total) images\u{1B}[K" : "\r\u{1B}[K", to: .standardError)
    }

    private static func write(_ text: String, to handle: FileHandle) {
        // A closed pipe is the reader's choice, no failure of the work.
        try? handle.write(contentsOf: Data(text.utf8))
    }
}
