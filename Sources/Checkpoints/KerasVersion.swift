/// The Keras that wrote a config: it decides what keys and values of the same name mean.
struct KerasVersion: Sendable, Equatable {
    /// 1, 2 or 3.
    var major: Int
    /// The number behind it; beyond all releases where the file does not say.
    var minor: Int
    /// As the file has it; nil where the file does not say.
    var text: String?
    /// `tensorflow`, `theano`, …; nil where the file does not say. Theano turns convolution kernels around.
    var backend: String?

    /// The version in `text`, or what the config's dialect tells where the file is silent.
    init(text: String?, backend: String?, model: JSON) {
        let numbers = text?.split(separator: ".").prefix(2).map { Int($0) } ?? []
        let declared = numbers.first ?? nil
        (self.text, self.backend) = (text, backend)
        major = min(max(declared ?? Self.dialect(of: model), 1), 3)
        minor = declared == major && numbers.count == 2 ? numbers[1] ?? .max : .max
    }

    /// Whether it is TensorFlow's own Keras, which had names of its own until 2.4 made the two one. Told by the `-tf`
    /// behind its number; a file that does not say gets the benefit of the doubt.
    var isTensorFlow: Bool { text?.hasSuffix("-tf") ?? true || major == 2 && minor >= 4 }

    /// Whether the file says a version, and that it is this one or a later one.
    func isAtLeast(_ major: Int, _ minor: Int) -> Bool {
        let numbers = text?.split(separator: ".").prefix(2).compactMap { Int($0) } ?? []
        return numbers.count == 2 && !numbers.lexicographicallyPrecedes([major, minor])
    }

    private static func dialect(of model: JSON) -> Int {
        if model["module"] != nil { return 3 }
        for layer in model["config"]?["layers"]?.array ?? model["config"]?.array ?? [] {
            if layer["inbound_nodes"]?.array?.first?["args"] != nil { return 3 }
            let config = layer["config"]
            if config?["nb_filter"] != nil || config?["border_mode"] != nil { return 1 }
            if config?["output_dim"] != nil, layer["class_name"] == .string("Dense") { return 1 }
        }
        return 2
    }
}
