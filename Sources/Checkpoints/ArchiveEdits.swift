import Graphs
import HDF5

extension HDF5Edits {
    /// Enters changed weights into a file of Keras's own layout, where weights and groups are numbered.
    mutating func applyArchive(_ changes: WeightChanges, root: Group, before: KerasBindings, after: ModelConfig) throws
    {
        apply(changes)
        for binding in changes.bindings where changes.before[binding.key]?.isOpaque == false {
            guard changes.rewrite.removals[binding.key] == nil else { continue }
            let kept = binding.weights.locations.filter { !removed.contains($0.path) }
            for (number, location) in kept.enumerated() where location.name != String(number) {
                renamed[location.path] = String(number)
            }
            if let (values, kernel) = try changes.createdBias(in: binding) {
                added[binding.weights.group, default: []].append(
                    Addition(name: String(kept.count), values: values, model: kernel.name))
            }
        }
        guard !changes.rewrite.removals.isEmpty else { return }
        let weighted = Set(changes.bindings.filter { !$0.weights.locations.isEmpty }.map(\.key))
        let naming = GroupNaming(
            numbering: before.numbering, prefixesPrivate: before.version.major < 3, weighted: weighted)
        try renumber(root, naming, before: before.model, after: after, path: [])
    }

    /// Gives each layer's group the name that Keras expects now that others are gone.
    private mutating func renumber(
        _ group: Group, _ naming: GroupNaming, before: ModelConfig, after: ModelConfig, path: [String]
    ) throws {
        guard let layers = try ArchiveWeights.container(of: group)?.layers else { return }
        let newNames = Dictionary(uniqueKeysWithValues: zip(after.layers.map(\.name), naming.names(in: after, path)))
        for (layer, name) in zip(before.layers, naming.names(in: before, path)) {
            guard let name, try layers.kind(of: name) == .group else { continue }
            let groupPath = "\(layers.path)/\(name)"
            guard let newName = newNames[layer.name] ?? nil else {
                removed.insert(groupPath)
                continue
            }
            if newName != name { renamed[groupPath] = newName }
            if let inner = layer.model, let newInner = after.layers.first(where: { $0.name == layer.name })?.model {
                try renumber(layers.group(name), naming, before: inner, after: newInner, path: path + [layer.name])
            }
        }
    }
}

/// The names of groups by one numbering, for layers of which it is known whether they have weights.
private struct GroupNaming {
    let numbering: GroupNumbering
    let prefixesPrivate: Bool
    /// The layers that have weights, nested models left out.
    let weighted: Set<LayerKey>

    /// One for each layer of the model at `path`; nil for what has no group.
    func names(in model: ModelConfig, _ path: [String]) -> [String?] {
        model.groupNames(numbering, prefixesPrivate: prefixesPrivate) { layer, _ in holdsWeights(layer, path) }
    }

    private func holdsWeights(_ layer: LayerConfig, _ path: [String]) -> Bool {
        guard let model = layer.model else { return weighted.contains(LayerKey(path: path, name: layer.name)) }
        return model.layers.contains { holdsWeights($0, path + [layer.name]) }
    }
}
