import Graphs

/// Brings the shapes that a config repeats (Keras rebuilds layers from some of them) up to date.
struct ShapeWriter {
    let shapes: [CallPlace: CallShapes]

    /// The config with every shape that is known and differs replaced.
    func updated(_ json: JSON, _ model: ModelConfig, at position: Position = []) -> JSON {
        var entries = ModelReader.entries(of: json)
        let numbers = Dictionary(uniqueKeysWithValues: model.layers.indices.map { (model.layers[$0].name, $0) })
        for (number, layer) in model.layers.enumerated() {
            guard let index = layer.position.last, let call = shapes[place(number, 0, at: position)] else { continue }
            var entry = entries[index]
            if let inner = layer.model { entry = updated(entry, inner, at: layer.position) }
            for key in ["batch_input_shape", "batch_shape", "build_input_shape"] {
                update(&entry, ["config", key], [call.inputs.first ?? nil])
            }
            update(&entry, ["build_config", "input_shape"], call.inputs)
            if layer.model == nil, let config = entry["config"] {
                let calls = layer.calls.indices.compactMap { shapes[place(number, $0, at: position)] }
                entry["config"] = Self.updatedOptions(config, className: layer.className, calls)
            }
            if let nodes = entry["inbound_nodes"] {
                entry["inbound_nodes"] = tensors(in: nodes, numbers, at: position, model)
            }
            entries[index] = entry
        }
        var result = json.replacingEntries(entries)
        if position.isEmpty {
            let inputs = model.inputs.map { shapes[CallPlace(model: position, call: $0.source)]?.inputs.first ?? nil }
            update(&result, ["config", "build_input_shape"], Array(inputs.prefix(1)))
            update(&result, ["build_config", "input_shape"], inputs)
        }
        return result
    }

    private func place(_ layer: Int, _ call: Int, at position: Position) -> CallPlace {
        CallPlace(model: position, call: CallReference(layer: layer, call: call))
    }

    /// Updates the one shape, or the list of shapes, at two keys.
    private func update(_ entry: inout JSON, _ keys: [String], _ shapes: [TensorShape?]) {
        guard let old = entry[keys[0]]?[keys[1]], let elements = old.array else { return }
        if elements.contains(where: { $0.array != nil }) {
            guard elements.count == shapes.count else { return }
            entry[keys[0]]?[keys[1]] = .array(zip(elements, shapes).map { Self.updated($0, $1) })
        } else if let shape = shapes.first {
            entry[keys[0]]?[keys[1]] = Self.updated(old, shape)
        }
    }

    /// A shape with its batch axis, where `shape` is known and of the same rank with the axes that differ replaced.
    private static func updated(_ json: JSON, _ shape: TensorShape?) -> JSON {
        guard let shape, var axes = json.array, axes.count == shape.count + 1 else { return json }
        for (index, length) in shape.enumerated()
        where axes[index + 1].int != nil && length != nil && axes[index + 1].int != length {
            axes[index + 1] = length.map { .number($0) } ?? .null
        }
        return .array(axes)
    }

    /// Keras 3 repeats the shape of every tensor a layer is called on.
    private func tensors(in json: JSON, _ numbers: [String: Int], at position: Position, _ model: ModelConfig) -> JSON {
        if json["class_name"] == .string("__keras_tensor__"), let shape = json["config"]?["shape"],
            let history = json["config"]?["keras_history"]?.array,
            history.count == 3, let name = history[0].string, let number = numbers[name], let call = history[1].int,
            let output = history[2].int,
            let outputs = shapes[place(number, call - model.layers[number].callOffset, at: position)]?.outputs,
            outputs.indices.contains(output)
        {
            var json = json
            json["config"]?["shape"] = Self.updated(shape, outputs[output])
            return json
        }
        switch json {
        case let .array(elements): return .array(elements.map { tensors(in: $0, numbers, at: position, model) })
        case let .object(members): return .object(members.mapValues { tensors(in: $0, numbers, at: position, model) })
        default: return json
        }
    }
}
