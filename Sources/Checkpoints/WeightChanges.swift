import Graphs
import Tensors

/// What a rewrite does to the weights of a checkpoint, as they lie in its file.
struct WeightChanges {
    let bindings: [LayerBinding]
    let before: [LayerKey: Layer]
    let after: [LayerKey: Layer]
    let rewrite: Rewrite

    init(_ checkpoint: KerasBindings, _ rewrite: Rewrite) {
        bindings = checkpoint.layers
        before = Dictionary(checkpoint.graph.layers.map { (LayerKey($0), $0) }) { first, _ in first }
        after = Dictionary(rewrite.graph.layers.map { (LayerKey($0), $0) }) { first, _ in first }
        self.rewrite = rewrite
    }

    enum Change {
        case kept
        case removed
        case replaced(HDF5Edits.Contents)
    }

    /// What becomes of the weight at `location`.
    func change(of location: WeightLocation, in key: LayerKey) -> Change {
        guard let old = before[key]?[location.role] else { return .kept }
        guard rewrite.removals[key] == nil, let new = after[key]?[location.role] else { return .removed }
        let selections = (rewrite.selections[WeightKey(key, location.role)] ?? []).map { location.storage.stored($0) }
        guard old.shape != new.shape || old != new else { return .kept }
        let stored = location.storage.stored(new)
        return .replaced(HDF5Edits.Contents(shape: stored.shape, selections: selections, values: stored))
    }

    /// The bias a layer has now and had not, with the kernel in the file that it comes after.
    ///
    /// Throws `inexpressible` for any other new weight: none but a bias comes last, whatever the layout.
    func createdBias(in binding: LayerBinding) throws -> (values: Tensor, kernel: WeightLocation)? {
        guard rewrite.removals[binding.key] == nil, let layer = after[binding.key] else { return nil }
        let known = Set(binding.weights.locations.map(\.role))
        guard let new = layer.weights.first(where: { !known.contains($0.role) }) else { return nil }
        guard new.role == .bias, let kernel = binding.weights.locations.last(where: { $0.role.isTrainable }) else {
            throw CheckpointError.inexpressible(
                layer: layer.qualifiedName,
                reason: "it was given the weight '\(new.role.names[0])', only a bias can be new")
        }
        return (new.tensor, kernel)
    }
}

extension KernelStorage {
    /// A selection of slices along a canonical axis, in terms of the stored kernel.
    func stored(_ selection: AxisSelection) -> AxisSelection {
        var axis = selection.axis
        if let extraAxis, axis >= extraAxis { axis += 1 }
        return AxisSelection(axis: order?[axis] ?? axis, kept: selection.kept)
    }
}

extension HDF5Edits {
    /// Enters what becomes of the weights that exist, except for the names and numbers that list them.
    mutating func apply(_ changes: WeightChanges) {
        for binding in changes.bindings {
            for location in binding.weights.locations {
                switch changes.change(of: location, in: binding.key) {
                case .kept: break
                case .removed: removed.insert(location.path)
                case let .replaced(contents): replaced[location.path] = contents
                }
            }
        }
    }
}
