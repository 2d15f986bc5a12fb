import Graphs

/// Edits a model's JSON so that it describes a rewritten graph. Keys keep their order, untouched values their text.
struct ConfigWriter {
    let rewrite: Rewrite
    /// The layers before and after, by name.
    private let before: [LayerKey: Layer]
    private let after: [LayerKey: Layer]

    init(source: Graph, rewrite: Rewrite) {
        self.rewrite = rewrite
        before = Dictionary(source.layers.map { (LayerKey($0), $0) }) { first, _ in first }
        after = Dictionary(rewrite.graph.layers.map { (LayerKey($0), $0) }) { first, _ in first }
    }

    /// The config with removed layers taken out and each other layer's changed sizes set; shapes still as they were.
    func edited(_ json: JSON, _ model: ModelConfig, path: [String] = []) throws -> JSON {
        var entries = ModelReader.entries(of: json)
        let removals = removals(in: model, path)
        for layer in model.layers where removals[layer.name] == nil {
            guard let index = layer.position.last else { continue }
            if let inner = layer.model {
                entries[index] = try edited(entries[index], inner, path: path + [layer.name])
            } else if let old = before[LayerKey(path: path, name: layer.name)],
                let new = after[LayerKey(path: path, name: layer.name)]
            {
                edit(&entries[index]["config"], from: old, to: new)
                if case let .slice(slice) = new.operation, old.operation != new.operation,
                    let calls = entries[index]["inbound_nodes"]?.array
                {
                    entries[index]["inbound_nodes"] = .array(
                        calls.map { $0.slicing(from: slice.start, to: slice.stop) })
                }
            } else if layer.operation?.pieces != nil {
                try editPieces(&entries[index]["config"], of: layer, path)
            }
        }
        for (key, positions) in rewrite.dropped where key.path == path {
            guard let index = model.layers.first(where: { $0.name == key.name })?.position.last else { continue }
            entries[index] = Self.dropping(positions, from: entries[index])
        }
        let result = json.replacingEntries(entries)
        return removals.isEmpty ? result : try removing(removals, from: result, model)
    }

    /// Says where the pieces of a split end now.
    private func editPieces(_ config: inout JSON?, of layer: LayerConfig, _ path: [String]) throws {
        func pieces(_ layers: [LayerKey: Layer]) -> [Slice] {
            var result: [Slice] = []
            while case let .slice(slice)? = layers[LayerKey(path: path, name: "\(layer.name)[\(result.count)]")]?
                .operation
            { result.append(slice) }
            return result
        }
        let old = pieces(before), new = pieces(after)
        guard old != new else { return }
        guard old.count == new.count, zip(new, new.dropFirst()).allSatisfy({ $0.stop == $1.start }) else {
            throw CheckpointError.inexpressible(layer: layer.name, reason: "its pieces no longer lie side by side")
        }
        let isEqual = Set(new.map { $0.stop - $0.start }).count == 1 && config?["indices_or_sections"]?.int != nil
        config?["indices_or_sections"] = isEqual ? .number(new.count) : .array(new.dropLast().map { .number($0.stop) })
    }

    /// Options that earlier versions of Keras call otherwise, today's name first.
    private static let names = [
        "filters": ["filters", "nb_filter"], "units": ["units", "output_dim"], "use_bias": ["use_bias", "bias"],
    ]

    private func edit(_ config: inout JSON?, from old: Layer, to new: Layer) {
        guard var json = config else { return }
        defer { config = json }
        func set(_ keys: [String], _ value: JSON) {
            json[keys.first { json[$0] != nil } ?? keys[0]] = value
        }
        // Widths and weights may differ, functions not: what computes something else is refused in the end.
        if !(old.operation.kind is Activation), let before = KerasLayer.options(of: old)?.object,
            let after = KerasLayer.options(of: new)?.object
        {
            for (key, value) in after where before[key] != value {
                if key == "target_shape", json["newshape"] != nil, let lengths = value.array {
                    json["newshape"] = .array([.number(-1)] + lengths)
                } else {
                    set(Self.names[key] ?? [key], value)
                }
            }
        }
        // An initializer that lists every number makes a weight of the old length when Keras builds the layer.
        if old.weights.map(\.tensor.shape) != new.weights.map(\.tensor.shape) {
            for (key, value) in json.object ?? [:]
            where key.hasSuffix("_initializer") && value["config"]?.contains(where: { $1.array != nil }) == true {
                json[key]?["class_name"] = .string("Zeros")
                json[key]?["config"] = .object([:])
                json[key]?["shared_object_id"] = nil
            }
        }
    }
}

extension LayerKey {
    init(path: [String], name: String) {
        self.init(Layer(name: name, path: path, operation: .identity))
    }
}

extension JSON {
    /// The same model with other entries in its list of layers.
    func replacingEntries(_ entries: [JSON]) -> JSON {
        var result = self
        if self["config"]?.array != nil {
            result["config"] = .array(entries)
        } else {
            result["config"]?["layers"] = .array(entries)
        }
        return result
    }
}
