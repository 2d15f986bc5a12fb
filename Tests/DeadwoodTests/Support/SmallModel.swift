import HDF5
import HDF5Writing

/// A model small enough to be spoiled one place at a time: 4 × 4 × 1 → convolution, BN, ReLU, pooling → 3 classes, in
/// Keras's legacy format.
struct SmallModel {
    struct Weight {
        var name: String
        var shape: [Int]
        var values: [Double]
        var texts = false
    }

    var config: String? = """
        {"class_name": "Sequential", "config": {"name": "small", "layers": [
        {"class_name": "InputLayer", "config": {"name": "image", "batch_input_shape": [null, 4, 4, 1], "dtype": "float32"}},
        {"class_name": "Conv2D", "config": {"name": "conv", "filters": 2, "kernel_size": [3, 3], "strides": [1, 1], "padding": "valid",
         "data_format": "channels_last", "activation": "linear", "use_bias": false}},
        {"class_name": "BatchNormalization", "config": {"name": "bn", "axis": [3], "epsilon": 0.001}},
        {"class_name": "ReLU", "config": {"name": "relu"}},
        {"class_name": "GlobalAveragePooling2D", "config": {"name": "gap"}},
        {"class_name": "Dense", "config": {"name": "dense", "units": 3, "activation": "softmax", "use_bias": true}}]}}
        """
    var weights: [String: [Weight]] = [
        "conv": [Weight(name: "kernel", shape: [3, 3, 1, 2], values: (0..<18).map { Double($0 % 5) / 4 - 0.5 })],
        "bn": [
            Weight(name: "gamma", shape: [2], values: [1, 0]), Weight(name: "beta", shape: [2], values: [0.1, 0.2]),
            Weight(name: "moving_mean", shape: [2], values: [0, 0]),
            Weight(name: "moving_variance", shape: [2], values: [1, 1]),
        ],
        "dense": [
            Weight(name: "kernel", shape: [2, 3], values: [1, -1, 0.5, 0.2, 0.3, -0.4]),
            Weight(name: "bias", shape: [3], values: [0, 0.1, 0]),
        ],
    ]

    /// The same with `text` in the config replaced.
    func replacing(_ text: String, with other: String) -> SmallModel {
        var model = self
        model.config = config?.replacing(text, with: other)
        return model
    }

    /// The same after `edit`.
    func editing(_ edit: (inout SmallModel) -> Void) -> SmallModel {
        var model = self
        edit(&model)
        return model
    }

    func write(to path: String) throws {
        let file = try FileWriter(path), root = try file.root
        if let config { try root.attributes.set("model_config", .string(config)) }
        try root.attributes.set("keras_version", .string("2.15.0"))
        try root.attributes.set("backend", .string("tensorflow"))
        let group = try root.createGroup("model_weights"), names = ["image", "conv", "bn", "relu", "gap", "dense"]
        try group.attributes.set("layer_names", .strings(names))
        for name in names {
            let layer = try group.createGroup(name), weights = weights[name] ?? []
            if !weights.isEmpty {
                try layer.attributes.set("weight_names", .strings(weights.map { "\(name)/\($0.name):0" }))
            }
            for weight in weights where !weight.shape.isEmpty {
                let dataset = try layer.createDataset(
                    "\(name)/\(weight.name):0", shape: weight.shape, type: weight.texts ? .string : .float32)
                if weight.texts {
                    try dataset.write(weight.values.map { "\($0)" })
                } else {
                    try dataset.write(weight.values)
                }
            }
        }
        try file.close()
    }
}
