import Graphs
import HDF5
import Tensors

/// What a rewrite does to the weights of a checkpoint, as they lie in its file.
struct WeightChanges {
    let bindings: [LayerBinding]
    let before: [LayerKey: Layer]
    let after: [LayerKey: Layer]
    let rewrite: Rewrite

    init(_ checkpoint: Checkpoint, _ rewrite: Rewrite) {
        bindings = checkpoint.bindings
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

    /// The roles a layer has now and had not, each with the role of the file that it comes after.
    func created(in binding: LayerBinding) -> [(role: WeightRole, values: Tensor, predecessor: WeightLocation)] {
        guard rewrite.removals[binding.key] == nil, let layer = after[binding.key], let last = binding.weights.locations.first else { return [] }
        let known = Set(binding.weights.locations.map(\.role))
        return layer.weights.filter { !known.contains($0.role) }.sorted { $0.role.rank < $1.role.rank }.map { weight in
            let predecessor = binding.weights.locations.last { $0.role.rank < weight.role.rank && $0.role.isTrainable } ?? last
            return (weight.role, weight.tensor, predecessor)
        }
    }
}

extension WeightRole {
    /// Its place among the weights of a layer, as Keras creates them.
    var rank: Int {
        switch self {
        case .kernel, .depthwiseKernel, .gamma, .alpha, .mean: 0
        case .pointwiseKernel, .beta, .variance: 1
        case .bias, .movingMean: 2
        case .movingVariance: 3
        case let .unknown(number): 4 + number
        }
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
