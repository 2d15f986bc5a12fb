import Graphs
import HDF5

extension HDF5Edits {
    /// Enters changed weights into a legacy file, its lists of names included.
    ///
    /// - Parameters:
    ///   - group: the group that holds `layer_names`.
    ///   - before: the model as it is.
    ///   - model: the model as it will be.
    mutating func applyLegacy(
        _ changes: WeightChanges, group: Group, root: Group, before: ModelConfig, model: ModelConfig
    ) throws {
        apply(changes)
        var names: [String: [String]] = [:]
        func list(_ path: String) throws -> [String] {
            try names[path] ?? (root.group(path).attributes.strings("weight_names") ?? [])
        }
        for binding in changes.bindings where !binding.weights.group.isEmpty {
            let path = binding.weights.group
            let gone = binding.weights.locations.filter { removed.contains($0.path) }.map(\.name)
            if !gone.isEmpty { names[path] = try list(path).filter { !gone.contains($0) } }
            if let (values, kernel) = try changes.createdBias(in: binding) {
                let name = kernel.biasName
                added[path, default: []].append(Addition(name: name, values: values, model: kernel.name))
                var list = try list(path)
                list.insert(name, at: (list.firstIndex(of: kernel.name) ?? list.count - 1) + 1)
                names[path] = list
            }
        }
        for (path, list) in names { attributes[path, default: [:]]["weight_names"] = .strings(list) }
        try removeLayers(group: group, before: before, model: model)
    }

    private mutating func removeLayers(group: Group, before: ModelConfig, model: ModelConfig) throws {
        let gone = Set(before.layers.map(\.name)).subtracting(model.layers.map(\.name))
        guard !gone.isEmpty else { return }
        let old = try group.attributes.strings("layer_names") ?? []
        // Keras pairs by order, and the order of what stays may have changed.
        let listed = Set(old), inModel = model.layers.map(\.name).filter { listed.contains($0) }
        let names = inModel + old.filter { !gone.contains($0) && !inModel.contains($0) }
        attributes[group.path, default: [:]]["layer_names"] = .strings(names)
        for name in old where gone.contains(name) {
            removed.insert(group.path == "/" ? "/\(name)" : "\(group.path)/\(name)")
        }
    }
}

extension WeightLocation {
    /// What Keras would call the bias beside this kernel: `conv2d/bias:0` beside `conv2d/kernel:0`, `conv_1_b` beside
    /// `conv_1_W`.
    var biasName: String {
        for kernel in role.names where role.isNamed(name) {
            guard let range = name.ranges(of: kernel).last else { continue }
            return name[..<range.lowerBound] + (kernel == "W" ? "b" : "bias") + name[range.upperBound...]
        }
        return "\(name)_bias"
    }
}
