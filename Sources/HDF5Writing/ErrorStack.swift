import CHDF5

/// The record of the library's error stack that says most about the cause.
struct ErrorStack {
    private(set) var detail = "libhdf5 gives no reason"
    private(set) var minor: hid_t = 0
    private var isFound = false

    /// What the last call left behind; to be asked before any other call.
    ///
    /// It is the innermost record, save for the search for plug-ins, which follows a filter that is missing and
    /// only tells of folders. Where the system gave a reason, that alone is told.
    static func innermost() -> ErrorStack {
        var found = ErrorStack()
        _ = withUnsafeMutablePointer(to: &found) { context in
            H5Ewalk2(
                CHDF5_DEFAULT, H5E_WALK_UPWARD,
                { _, record, context in
                    guard let record = record?.pointee, let found = context?.assumingMemoryBound(to: ErrorStack.self)
                    else { return 0 }
                    guard !found.pointee.isFound, record.maj_num != CHDF5_H5E_PLUGIN() else { return 0 }
                    found.pointee.isFound = true
                    found.pointee.minor = record.min_num
                    if let text = record.desc { found.pointee.detail = ErrorStack.reason(in: String(cString: text)) }
                    return 0
                }, context)
        }
        return found
    }

    private static func reason(in text: String) -> String {
        guard let start = text.firstRange(of: "error message = '")?.upperBound,
            let end = text[start...].firstIndex(of: "'")
        else { return text.split(whereSeparator: \.isNewline).joined(separator: " ") }
        return String(text[start..<end])
    }
}
