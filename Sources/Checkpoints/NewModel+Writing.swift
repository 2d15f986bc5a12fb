import Graphs
import HDF5
import HDF5Writing
import Tensors

extension NewModel {
    /// Fills a file with Keras's legacy layout: architecture in `model_config`, a group for each layer, its weights
    /// listed by name.
    func writeLegacy(to path: String, notes: [String: String]) throws {
        let file = try FileWriter(path), root = try file.root, weights = try root.createGroup("model_weights")
        for group in [root, weights] {
            try group.attributes.set("backend", .string("tensorflow"))
            try group.attributes.set("keras_version", .string(Self.kerasVersion))
        }
        try root.attributes.set("model_config", .string(json.text))
        try root.attributes.set(notes: notes)
        var names: [String] = []
        for (entry, layer) in zip(config.layers, layers) where entry.isLayer {
            names.append(layer.name)
            let group = try weights.createGroup(layer.name), values = try values(of: layer, entry)
            let list = values.map { "\(layer.name)/\($0.role.names[0])" }
            if !list.isEmpty { _ = try group.createGroup(layer.name) }
            // What numpy makes of an empty list.
            try group.attributes.set("weight_names", list.isEmpty ? .doubles([]) : .strings(list))
            for (name, value) in zip(list, values) { try group.add(value, as: name) }
        }
        try weights.attributes.set("layer_names", .strings(names))
        try file.close()
    }

    /// Fills a file with the layout of `model.weights.h5` in an archive: groups named after classes, weights numbered.
    func writeWeights(to path: String, notes: [String: String]) throws {
        let file = try FileWriter(path), root = try file.root
        try root.attributes.set(notes: notes)
        let groups = try root.createGroup("layers")
        for (number, (entry, name)) in zip(config.layers, config.groupNames).enumerated() {
            guard let name else { continue }
            let layer = layers[number], group = try groups.createGroup(name), variables = try group.createGroup("vars")
            try variables.attributes.set("name", .string(layer.name))
            for (index, value) in try values(of: layer, entry).enumerated() {
                try variables.add(value, as: String(index))
            }
            guard case .dropout = layer.operation else { continue }
            let generator = try group.createGroup("seed_generator").createGroup("vars")
            try generator.attributes.set("name", .string("seed_generator"))
            try generator.createDataset("0", shape: [2], type: .uint32).write([UInt32(clamping: number), 0])
        }
        try file.close()
    }

    /// A layer's weights in the order in which Keras creates them.
    private func values(of layer: Layer, _ entry: LayerConfig) throws -> [Weight] {
        try (entry.operation?.roles ?? []).map { role in
            if let tensor = layer[role] { return Weight(role, tensor) }
            // How many batches a normalization has seen, which says nothing about what it computes.
            if case .normalization = layer.operation, case .unknown = role {
                return Weight(role, Tensor(shape: [], [0]))
            }
            throw CheckpointError.inexpressible(layer: layer.name, reason: "its weight '\(role.names[0])' is missing")
        }
    }
}

extension GroupWriter {
    /// Adds a weight: of 32-bit floats, but for a normalization's count.
    fileprivate func add(_ weight: Weight, as name: String) throws {
        let isCount = if case .unknown = weight.role { true } else { false }
        let dataset = try createDataset(name, shape: weight.tensor.shape, type: isCount ? .int32 : .float32)
        try weight.tensor.withSpan { try dataset.write($0) }
    }
}
