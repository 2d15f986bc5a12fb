import Datasets
import FuzzingSupport

/// libFuzzer's entry: a picture or an IDX file; its first image is decoded.
@_cdecl("LLVMFuzzerTestOneInput")
func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    unsafe withFile(of: UnsafeRawBufferPointer(start: start, count: count), name: "x.png") { path in
        // A file stands for an IDX or HDF5 file, its folder for pictures.
        for reference in [path, String(path.dropLast("/x.png".count))] {
            guard let corpus = try? Corpus.open(reference, size: ImageSize(resize: 8)), corpus.count > 0 else {
                continue
            }
            _ = try? corpus.batch(0..<1)
        }
    }
    return 0
}
