/// The Keras that wrote a config: it decides what keys and values of the same name mean.
struct KerasVersion: Sendable, Equatable {
    /// 1, 2 or 3.
    var major: Int
    /// As the file has it; nil where the file does not say.
    var text: String?
    /// `tensorflow`, `theano`, …; nil where the file does not say. Theano turns convolution kernels around.
    var backend: String?

    /// The version in `text`, or what the config's dialect tells where the file is silent.
    init(text: String?, backend: String?, model: JSON) {
        let declared = text.flatMap { $0.split(separator: ".").first }.flatMap { Int($0) }
        self.text = text
        self.backend = backend
        major = min(max(declared ?? Self.dialect(of: model), 1), 3)
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
