import Checkpoints
import FuzzingSupport

/// libFuzzer's entry: a checkpoint of any format, up to its graph with all weights.
@_cdecl("LLVMFuzzerTestOneInput")
func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    unsafe withFile(of: UnsafeRawBufferPointer(start: start, count: count)) { _ = try? Checkpoint.open($0) }
    return 0
}
