import Graphs
import HDF5

extension HDF5Edits {
    /// Enters changed weights into a file of Keras 3's layout, where weights and groups are numbered.
    mutating func applyArchive(_ changes: WeightChanges, root: Group, before: ModelConfig, after: ModelConfig) throws {
        apply(changes)
        for binding in changes.bindings where changes.before[binding.key]?.isOpaque == false {
            guard changes.rewrite.removals[binding.key] == nil else { continue }
            let kept = binding.weights.locations.filter { !removed.contains($0.path) }
            for (number, location) in kept.enumerated() where location.name != String(number) { renamed[location.path] = String(number) }
            if let (values, kernel) = try changes.createdBias(in: binding) {
                added[binding.weights.group, default: []].append(Addition(name: String(kept.count), values: values, model: kernel.name))
            }
        }
        if !changes.rewrite.removals.isEmpty { try renumber(root, before: before, after: after) }
    }

    /// Gives each layer's group the name that Keras expects now that others are gone.
    private mutating func renumber(_ group: Group, before: ModelConfig, after: ModelConfig) throws {
        guard let container = try ["layers", "_layer_checkpoint_dependencies"].first(where: { try group.kind(of: $0) == .group }) else { return }
        let layers = try group.group(container)
        let newNames = Dictionary(uniqueKeysWithValues: zip(after.layers.map(\.name), after.groupNames))
        for (layer, name) in zip(before.layers, before.groupNames) {
            guard let name, try layers.kind(of: name) == .group else { continue }
            let path = "\(layers.path)/\(name)"
            guard let newName = newNames[layer.name] ?? nil else {
                removed.insert(path)
                continue
            }
            if newName != name { renamed[path] = newName }
            if let inner = layer.model, let newInner = after.layers.first(where: { $0.name == layer.name })?.model {
                try renumber(layers.group(name), before: inner, after: newInner)
            }
        }
    }
}
