import Foundation
import Reports
import Synchronization

/// Results to stdout; errors, warnings and progress to stderr.
enum Console {
    /// Writes a result. Throws `CommandError.stdout` where it is lost; a closed pipe is the reader's choice, no
    /// failure.
    static func print(_ text: String) throws {
        if let reason = write(text + "\n", to: STDOUT_FILENO) { throw CommandError.stdout(reason: reason) }
    }

    /// The columns of the terminal that results are shown on; nil where they go to a file or a program.
    static var width: Int? { columns(of: STDOUT_FILENO) }

    private static func columns(of stream: Int32) -> Int? {
        var size = winsize()
        guard isatty(stream) == 1, unsafe ioctl(stream, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else {
            return nil
        }
        return Int(size.ws_col)
    }

    /// A line on stderr that stays.
    static func note(_ text: String) {
        wipe()
        write("\(text.line)\n", to: STDERR_FILENO)
    }

    /// A line on a terminal that the next one overwrites; nothing elsewhere.
    static func status(_ text: String) {
        guard isTerminal else { return }
        // A line as wide as the terminal would be followed by an empty one.
        let room = columns(of: STDERR_FILENO).map { max(1, $0 - 1) } ?? .max
        write("\r\(text.line.prefix(room))\u{1B}[K", to: STDERR_FILENO)
    }

    static func warn(_ text: String) { write("warning: \(text.line)\n", to: STDERR_FILENO) }

    static func fail(_ text: String) { note("Error: \(text)") }

    /// A line on a terminal that the next one overwrites; nothing elsewhere. With `total` reached it is wiped out.
    static func progress(_ what: String, _ done: Int, of total: Int) {
        guard isTerminal else { return }
        if done >= total { return wipe() }
        let pace = pace.withLock { pace in
            if pace?.isOf(what, done: done) != true { pace = Pace(what, done: done) }
            return pace
        }
        if let pace { status(pace.text(done: done, of: total)) }
    }

    /// Of the work whose progress is shown.
    private static let pace = Mutex<Pace?>(nil)

    /// Takes the line of progress away.
    static func wipe() { if isTerminal { write("\r\u{1B}[K", to: STDERR_FILENO) } }

    private static var isTerminal: Bool { isatty(STDERR_FILENO) == 1 }

    /// Nil, or why not all was written.
    @discardableResult private static func write(_ text: String, to stream: Int32) -> String? {
        let bytes = Array(text.utf8)
        var written = 0
        while written < bytes.count {
            let count = unsafe bytes.withUnsafeBytes {
                unsafe Foundation.write(stream, $0.baseAddress?.advanced(by: written), bytes.count - written)
            }
            if count < 0 {
                if errno == EINTR { continue }
                return errno == EPIPE ? nil : unsafe String(cString: strerror(errno))
            }
            written += count
        }
        return nil
    }
}

extension String {
    /// A message in one line, its middle left out where a stranger's names make it longer than anybody reads.
    fileprivate var line: String {
        let text = printable
        if text.utf8.count <= 4000 { return text }
        return String(text.unicodeScalars.prefix(2000)) + " … " + String(text.unicodeScalars.suffix(1000))
    }
}
