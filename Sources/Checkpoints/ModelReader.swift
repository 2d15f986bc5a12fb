import Graphs

/// Reads Keras's JSON of a model, in the dialects of Keras 1, 2 and 3.
struct ModelReader {
    let version: KerasVersion
    let declarations: [Declaration]

    /// The model in `json`, as `model_config` and `config.json` hold it.
    func read(_ json: JSON) throws -> ModelConfig {
        func error(_ reason: String) -> CheckpointError { .invalidConfig(subject: "model", reason: reason) }
        guard json.object != nil else { throw error("expected an object, found \(json.kind)") }
        guard Self.isModel(json) else {
            let found = json["class_name"]?.string.map { "a \($0)" } ?? "no class name"
            throw error("expected a Sequential or functional model, found \(found)")
        }
        let count = Self.countLayers(of: json)
        guard count <= Self.mostLayers else {
            throw error("it lists \(count) layers, \(Self.mostLayers) are the most that are read")
        }
        var model = try model(json, name: "model", position: [], path: [])
        if KerasIdentity(of: json, version: version) != .model { model.foreignClass = json["class_name"]?.string }
        return model
    }

    /// Whether an entry lists a model's layers, also where it is of a user's subclass of the functional class.
    static func isModel(_ json: JSON) -> Bool {
        switch json["class_name"]?.string {
        case "Sequential", "Functional", "Model":
            json["config"]?.array != nil || json["config"]?["layers"]?.array != nil
        default: json["config"]?["layers"]?.array != nil && json["config"]?["output_layers"] != nil
        }
    }

    /// Many times those of the largest networks, nested models unfolded; what is read and cut then takes seconds.
    static let mostLayers = 1 << 14
    /// Those of qualified names: a table of layers has them all.
    private static let mostNameBytes = 1 << 14

    /// How many layers a model and those nested in it list.
    private static func countLayers(of model: JSON) -> Int {
        entries(of: model).reduce(0) { $0 + 1 + (isModel($1) ? countLayers(of: $1) : 0) }
    }

    /// The entries of the list of layers. Keras 1 and early Keras 2 have a Sequential's config be the list itself.
    static func entries(of model: JSON) -> [JSON] {
        model["config"]?.array ?? model["config"]?["layers"]?.array ?? []
    }

    private func model(_ json: JSON, name: String, position: Position, path: [String]) throws -> ModelConfig {
        let name = json["config"]?["name"]?.string ?? name
        func error(_ reason: String) -> CheckpointError { .invalidConfig(subject: name, reason: reason) }
        var layers: [LayerConfig] = []
        var names: Set<String> = []
        for (index, entry) in Self.entries(of: json).enumerated() {
            let layer = try self.layer(entry, number: index, position: position + [index], path: path)
            guard names.insert(layer.name).inserted else { throw error("two layers are called '\(layer.name)'") }
            layers.append(layer)
        }
        guard !layers.isEmpty else { throw error("it has no layers") }
        let isSequential = json["config"]?["output_layers"] == nil
        var model = ModelConfig(name: name, isSequential: isSequential, layers: layers, inputs: [], outputs: [])
        if isSequential {
            try chain(&model, json)
        } else {
            try wire(&model, json)
        }
        try model.sort()
        return model
    }

    private func layer(_ entry: JSON, number: Int, position: Position, path: [String]) throws -> LayerConfig {
        func error(_ reason: String) -> CheckpointError { .invalidConfig(subject: "layer \(number)", reason: reason) }
        guard let className = entry["class_name"]?.string, let config = entry["config"],
            config.object != nil || Self.isModel(entry)
        else { throw error("expected a class name and a config") }
        let name = entry["name"]?.string ?? config["name"]?.string ?? "\(className.snakeCase)_\(number + 1)"
        guard !name.isEmpty else { throw error("its name is empty") }
        let length = (path + [name]).reduce(className.utf8.count) { $0 + $1.utf8.count }
        guard length <= Self.mostNameBytes else {
            throw error("its name and class have \(length) bytes, \(Self.mostNameBytes) are the most that are read")
        }
        var layer = LayerConfig(name: name, className: className, position: position, content: .input(nil))
        layer.isTrainable = config["trainable"]?.bool ?? true
        layer.identity = KerasIdentity(of: entry, version: version)
        layer.inputShape = Self.shape(
            config["batch_input_shape"] ?? config["batch_shape"] ?? entry["build_config"]?["input_shape"])
        if className == "InputLayer", layer.identity == .layer {
            layer.content = .input(layer.inputShape)
        } else if Self.isModel(entry), layer.identity == .model {
            layer.content = .model(try model(entry, name: name, position: position, path: path + [name]))
        } else {
            let reader = LayerReader(entry: entry, name: name, path: path, version: version)
            layer.content = .operation(try reader.operation(declarations))
            layer.regularization = reader.regularization
        }
        return layer
    }

    /// A shape in a config without its batch axis: `[null, 32, 32, 3]`. Nil where it is absent or no shape.
    static func shape(_ json: JSON?) -> TensorShape? {
        guard let axes = json?.array, !axes.isEmpty else { return nil }
        var shape: TensorShape = []
        for axis in axes.dropFirst() {
            guard axis.isNull || axis.int.map({ (1...LayerReader.largest).contains($0) }) == true else { return nil }
            shape.append(axis.int)
        }
        return shape
    }
}

// MARK: Sequential models

extension ModelReader {
    /// Each layer calls the one before it. A leading input layer is made where the config has none.
    private func chain(_ model: inout ModelConfig, _ json: JSON) throws {
        if !model.layers[0].isInput {
            let shape =
                model.layers[0].expectedInput
                ?? Self.shape(json["config"]?["build_input_shape"] ?? json["build_config"]?["input_shape"])
            model.layers.insert(
                LayerConfig(
                    name: "\(model.layers[0].name)_input", className: "InputLayer", position: [], content: .input(shape)
                ), at: 0)
        }
        for index in model.layers.indices {
            model.layers[index].calls = [Call(inputs: index == 0 ? [] : [TensorReference(layer: index - 1)])]
        }
        for index in model.layers.indices.dropLast() {
            model.layers[index].outputShape = model.layers[index + 1].expectedInput
        }
        for (layer, before) in zip(model.layers.dropFirst(), model.layers) {
            try layer.checkDeclaration(on: before.outputShape)
        }
        model.inputs = [TensorReference(layer: 0)]
        model.outputs = [TensorReference(layer: model.layers.count - 1)]
    }
}

extension LayerConfig {
    /// The shape of what it is called on, where its config or, for a model, that of its first layer tells.
    fileprivate var expectedInput: TensorShape? {
        guard let model else { return inputShape }
        guard model.inputs.count == 1, case let .input(shape) = model.layers[model.inputs[0].source.layer].content
        else { return inputShape }
        return shape ?? inputShape
    }
}

extension ModelConfig {
    /// Orders the calls so that each comes after those it depends on, otherwise as in the config.
    fileprivate mutating func sort() throws {
        let calls = layers.indices.flatMap { layer in
            layers[layer].calls.indices.map { CallReference(layer: layer, call: $0) }
        }
        let walk = walk(from: calls, through: \.inputs)
        if let call = walk.cycle { throw error("layer '\(layers[call.layer].name)' depends on its own output") }
        order = walk.left
    }
}
