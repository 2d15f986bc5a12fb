import CHDF5

/// The record closest to the cause in the library's error stack.
struct ErrorStack {
    private(set) var detail = "libhdf5 gives no reason"
    private(set) var minor: hid_t = 0

    /// What the last call left behind; to be asked before any other call.
    static func innermost() -> ErrorStack {
        var found = ErrorStack()
        _ = withUnsafeMutablePointer(to: &found) { context in
            H5Ewalk2(CHDF5_DEFAULT, H5E_WALK_UPWARD, { index, record, context in
                guard index == 0, let record, let context else { return 0 }
                let found = context.assumingMemoryBound(to: ErrorStack.self)
                found.pointee.minor = record.pointee.min_num
                if let text = record.pointee.desc { found.pointee.detail = String(cString: text) }
                return 0
            }, context)
        }
        return found
    }
}
