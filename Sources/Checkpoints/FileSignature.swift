/// A format that is not read: how it is told, what it is called, and what to do with such a file.
///
/// One entry of `table` for each. A format that is to be read loses its line.
struct FileSignature: Sendable {
    /// With its article: "a PyTorch checkpoint".
    let name: String
    let advice: String
    /// Whether a file, of which this is known, is one.
    let matches: @Sendable (FileSample) -> Bool

    init(_ name: String, _ advice: String, _ matches: @escaping @Sendable (FileSample) -> Bool) {
        (self.name, self.advice, self.matches) = (name, advice, matches)
    }

    /// The first entry that a file matches; nil for what is read, or known to nobody here.
    static func of(_ sample: FileSample) -> FileSignature? { table.first { $0.matches(sample) } }

    private static let load = "load it in the framework it comes from, and save the model from Keras as .keras or .h5"
    private static let unpack = "unpack it, and give the checkpoint inside"
    private static let keras = "take the .keras or .h5 file it was made from"
    private static let download = "download the file itself"

    /// Specific ones first: several formats are zips, or begin like others.
    private static let table: [FileSignature] = [
        // Folders.
        .init(
            "a SavedModel folder",
            "load it with keras.layers.TFSMLayer or tf.keras.models.load_model, and save the model as .keras or .h5"
        ) { $0.holds("saved_model.pb") },
        .init("an unpacked .keras archive", "zip its contents again, config.json on top") {
            $0.holds("config.json") && $0.holds("model.weights.h5")
        },
        .init(
            "a folder of a TensorFlow checkpoint",
            "build the model, load_weights from it, and save the model as .keras or .h5"
        ) { $0.entries?.contains { $0.hasSuffix(".index") } == true },
        .init("a Core ML package", keras) { $0.holds("Manifest.json") },
        .init("a folder", "give a file inside it") { $0.entries != nil },

        // What is there instead of a file.
        .init("an empty file", "copy or save it again") { $0.size == 0 },
        .init("a pointer of Git LFS, not the file it stands for", "fetch that with 'git lfs pull'") {
            $0.begins("version https://git-lfs")
        },
        .init("a pointer of git-annex, not the file it stands for", "fetch that with 'git annex get'") {
            $0.begins("/annex/objects/")
        },
        .init("a web page (HTML)", "\(download), not the page about it") {
            ["<!doctype html", "<html", "<head"].contains(where: $0.text.hasPrefix)
        },
        .init("an XML text", download) { $0.text.hasPrefix("<?xml") || $0.text.hasPrefix("<error") },
        .init("what macOS keeps beside a file (AppleDouble)", "take the file whose name has no '._' in front") {
            $0.begins([0, 5, 0x16, 7])
        },

        // Zips; a .keras archive is none of these.
        .init("a PyTorch checkpoint", load) {
            $0.hasEntry { $0.hasSuffix("/data.pkl") || $0 == "data.pkl" || $0.hasSuffix("/constants.pkl") }
        },
        .init(
            "a numpy .npz archive",
            "set these arrays as the weights of the model in Keras, and save it as .keras or .h5"
        ) { $0.isZip(of: ".npy") },
        .init(
            "a zip of a SavedModel",
            "unpack it, load it with keras.layers.TFSMLayer, and save the model as .keras or .h5"
        ) { $0.hasEntry { $0.hasSuffix("saved_model.pb") } },
        .init("a zip around a checkpoint", unpack) { zip in
            zip.isZipWithoutConfig
                && zip.hasEntry { name in
                    name != "model.weights.h5" && [".h5", ".hdf5", ".keras"].contains(where: name.hasSuffix)
                }
        },
        .init("a zip without a model's config.json", "give a .keras archive as Keras saves it") {
            $0.isZipWithoutConfig
        },

        // Models of other frameworks.
        .init("a TensorFlow Lite model", keras) { $0.begins("TFL3", at: 4) },
        .init("a PyTorch checkpoint", load) {
            $0.begins([0x80, 2, 0x8A, 0x0A, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19])
        },
        .init("a pickle of Python", "unpickle it where it comes from, and save the model itself as .keras or .h5") {
            $0.bytes.count > 2 && $0.bytes[0] == 0x80 && (2...5).contains($0.bytes[1])
                || [".pkl", ".pickle", ".joblib"].contains(where: $0.ends)
        },
        .init("a safetensors file", load) { $0.isSafetensors },
        .init("a GGUF file", load) { $0.begins("GGUF") || $0.begins("lmgg") || $0.begins("tjgg") },
        .init("a numpy .npy array", "set it as a weight of the model in Keras, and save that as .keras or .h5") {
            $0.begins([0x93] + Array("NUMPY".utf8))
        },
        .init(
            "a SavedModel's saved_model.pb",
            "load the folder around it with keras.layers.TFSMLayer, and save the model as .keras or .h5"
        ) { $0.begins([8, 1, 0x12]) },
        .init("a Core ML model", keras) { $0.isProtobuf(version: 1...20) && $0.ends(".mlmodel") },
        .init("an ONNX model", keras) { $0.isProtobuf(version: 2...20) || $0.ends(".onnx") },
        .init("a frozen graph of TensorFlow", keras) { $0.ends(".pb") },
        .init(
            "a part of a TensorFlow checkpoint",
            "build the model, load_weights from the checkpoint, and save the model as .keras or .h5"
        ) {
            $0.tail == [0x57, 0xFB, 0x80, 0x8B, 0x24, 0x75, 0x47, 0xDB] || $0.path.contains(".data-0")
                || $0.text.hasPrefix("model_checkpoint_path:") || $0.ends(".ckpt")
        },
        .init("a model of Caffe", load) { $0.ends(".caffemodel") },
        .init("a MATLAB file", load) { $0.begins("MATLAB 5.0") },

        // Packed files.
        .init("a gzip file", unpack) { $0.begins([0x1F, 0x8B]) },
        .init("a bzip2 file", unpack) { $0.begins("BZh") },
        .init("an xz file", unpack) { $0.begins([0xFD, 0x37, 0x7A, 0x58, 0x5A, 0]) },
        .init("a Zstandard file", unpack) { $0.begins([0x28, 0xB5, 0x2F, 0xFD]) },
        .init("a 7z archive", unpack) { $0.begins([0x37, 0x7A, 0xBC, 0xAF, 0x27, 0x1C]) },
        .init("a RAR archive", unpack) { $0.begins("Rar!") },
        .init("a tar archive", unpack) { $0.begins("ustar", at: 257) },

        // Other files.
        .init("a picture", "give it as a data set, and the model's file here") {
            $0.begins([0xFF, 0xD8, 0xFF]) || $0.begins([0x89] + Array("PNG".utf8)) || $0.begins("GIF8")
        },
        .init("a TensorFlow.js model", keras) { $0.text.hasPrefix("{") && $0.text.contains("\"modeltopology\"") },
        .init(
            "a JSON text, which holds no weights",
            "if it is the architecture, give it with --architecture beside the file of the weights"
        ) { $0.text.hasPrefix("{") },
        .init("a text", download) { !$0.text.isEmpty },
    ]
}
