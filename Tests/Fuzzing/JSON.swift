import Checkpoints

/// libFuzzer's entry: text that is read as JSON, written and read again.
@_cdecl("LLVMFuzzerTestOneInput")
func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let text = unsafe String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self)
    if let value = try? JSON(parsing: text, name: "text") {
        let written = value.text
        precondition(
            (try? JSON(parsing: written, name: "again").text) == written, "JSON that was written reads otherwise")
    }
    return 0
}
