import Graphs

extension ConfigWriter {
    /// What takes the place of the layers of one model that go; a nested model goes when all that it is made of does.
    func removals(in model: ModelConfig, _ path: [String]) -> [String: Rewrite.Removal] {
        model.layers.reduce(into: [:]) { result, layer in
            if let inner = layer.model {
                let path = path + [layer.name], gone = removals(in: inner, path),
                    parts = inner.layers.filter { !$0.isInput }
                if !parts.isEmpty, parts.allSatisfy({ gone[$0.name] == .unread }) { result[layer.name] = .unread }
            } else {
                // The pieces of a split go together.
                let name = layer.operation?.pieces == nil ? layer.name : "\(layer.name)[0]"
                result[layer.name] = rewrite.removals[LayerKey(path: path, name: name)]
            }
        }
    }

    /// The entry of a layer, called once, without the inputs at some positions.
    static func dropping(_ positions: Set<Int>, from entry: JSON) -> JSON {
        var entry = entry, next = 0
        /// nil for a tensor that goes. Tensors are counted in the order in which configs are read.
        func remaining(_ json: JSON) -> JSON? {
            if json.isTensor {
                defer { next += 1 }
                return positions.contains(next) ? nil : json
            }
            switch json {
            case let .array(elements): return .array(elements.compactMap(remaining))
            case var .object(members):
                for key in members.keys.sorted() { members[key] = members[key].flatMap(remaining) }
                return .object(members)
            default: return json
            }
        }
        entry["inbound_nodes"] = entry["inbound_nodes"].flatMap(remaining)
        if let shapes = entry["build_config"]?["input_shape"]?.array, shapes.count == next {
            entry["build_config"]?["input_shape"] = .array(
                shapes.indices.filter { !positions.contains($0) }.map { shapes[$0] })
        }
        return entry
    }

    /// The model without the layers in `removals`; what read a bypassed layer reads that layer's input.
    func removing(_ removals: [String: Rewrite.Removal], from json: JSON, _ model: ModelConfig) throws -> JSON {
        let entries = ModelReader.entries(of: json)
        let kept = zip(entries.indices, entries).filter { index, _ in
            !model.layers.contains { $0.position.last == index && removals[$0.name] != nil }
        }.map(\.1)
        guard !model.isSequential else {
            guard let first = entries.first, first == kept.first else {
                throw CheckpointError.inexpressible(
                    layer: model.layers[0].name,
                    reason: "the first layer of a Sequential carries its input's shape and cannot be removed")
            }
            return json.replacingEntries(kept)
        }
        let bypasses = try model.bypasses(removals)
        func rewired(_ value: JSON) -> JSON {
            if value.isReference, var parts = value.array, let name = parts[0].string, let call = parts[1].int,
                let targets = bypasses[name], targets.indices.contains(call)
            {
                let target = targets[call]
                parts[0] = .string(target.name)
                parts[1] = .number(target.call)
                parts[2] = .number(target.output)
                return .array(parts)
            }
            switch value {
            case let .array(elements): return .array(elements.map(rewired))
            case let .object(members): return .object(members.mapValues(rewired))
            default: return value
            }
        }
        var result = json.replacingEntries(
            kept.map { entry in
                var entry = entry
                entry["inbound_nodes"] = entry["inbound_nodes"].map(rewired)
                return entry
            })
        let outputs = json["config"]?["output_layers"].map(rewired)
        result["config"]?["output_layers"] = outputs
        return result
    }
}

extension JSON {
    /// `["name", call, output, …]`.
    fileprivate var isReference: Bool {
        guard let parts = array, parts.count >= 3 else { return false }
        return parts[0].string != nil && parts[1].int != nil && parts[2].int != nil
    }

    /// A tensor among the arguments of a call.
    fileprivate var isTensor: Bool { isReference || self["class_name"] == .string("__keras_tensor__") }
}

/// A tensor as the config names it.
private typealias WrittenTensor = (name: String, call: Int, output: Int)

extension ModelConfig {
    /// For each call of a removed layer, by the layer's name, the tensor that takes the place of its output.
    fileprivate func bypasses(_ removals: [String: Rewrite.Removal]) throws -> [String: [WrittenTensor]] {
        var result: [String: [WrittenTensor]] = [:]
        for layer in layers {
            guard case let .bypassed(input)? = removals[layer.name] else { continue }
            result[layer.name] = try layer.calls.map { call in
                guard call.inputs.indices.contains(input) else {
                    throw CheckpointError.inexpressible(
                        layer: layer.name, reason: "it has no input \(input) to be bypassed to")
                }
                var target = call.inputs[input]
                while case let .bypassed(next)? = removals[layers[target.source.layer].name] {
                    let inputs = layers[target.source.layer].calls[target.source.call].inputs
                    guard inputs.indices.contains(next) else { break }  // Refused above, when its turn comes.
                    target = inputs[next]
                }
                let read = layers[target.source.layer]
                return (read.name, target.source.call + read.callOffset, target.output)
            }
        }
        return result
    }
}
