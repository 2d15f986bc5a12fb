import Graphs
import HDF5
import Tensors

/// The weights that training changes, in Keras's order, and what a rewrite does to each.
struct TrainedWeights {
    private(set) var weights: [OptimizerSlots.Trained] = []
    /// For each weight its numbers before and after, as they lie in the file; nil where there are none.
    private var values: [(before: Tensor?, after: Tensor?)] = []

    /// Nil where a weight is not made of slices of an old one.
    init?(_ changes: WeightChanges, root: Group, model: ModelConfig) throws {
        let bindings = Dictionary(changes.bindings.map { ($0.position, $0) }) { first, _ in first }
        for (layer, isFrozen) in model.layers.flatMap({ $0.leaves() }) where !isFrozen {
            guard let binding = bindings[layer.position] else { continue }
            let created = try changes.createdBias(in: binding),
                path = (binding.key.path + [binding.key.name]).joined(separator: "/")
            for location in binding.weights.locations
            where location.role.isTrainable || layer.operation?.isOpaque == true {
                var weight = OptimizerSlots.Trained(
                    name: location.name, path: "\(path)/\(location.role.names[0])",
                    shape: try root.dataset(location.relativePath).shape)
                var after: Tensor?
                switch changes.change(of: location, in: binding.key) {
                case .kept: break
                case .removed: weight.isRemoved = true
                case let .replaced(contents):
                    guard contents.sliced(weight.shape) == contents.shape else { return nil }
                    (weight.selections, after) = (contents.selections, contents.values)
                }
                weights.append(weight)
                let before = after == nil ? nil : changes.before[binding.key]?[location.role]
                values.append((before.map { location.storage.stored($0) }, after))
                guard let created, created.kernel == location else { continue }
                weights.append(
                    OptimizerSlots.Trained(
                        name: location.biasName, path: "\(path)/bias", shape: created.values.shape, isNew: true))
                values.append((nil, created.values))
            }
        }
    }

    /// Whether some weight's state is another one now, in an optimizer that may be of these layouts.
    func changeState(of layouts: [OptimizerLayout]) -> Bool {
        if weights.contains(where: { !$0.selections.isEmpty || $0.isRemoved || $0.isNew }) { return true }
        let keepsAverages = layouts.contains { $0.walks.contains { $0.starts == [.weight] } }
        return keepsAverages && values.contains { $0.after != nil }
    }

    /// What an array of a new weight begins with.
    func start(of entry: OptimizerSlots.Entry, _ index: Int) -> Tensor {
        let shape = entry.isPlaceholder ? [1] : entry.part.shape(of: weights[index].shape)
        switch entry.start {
        case nil: return Tensor(shape: shape, repeating: 0)
        case let .number(number): return Tensor(shape: shape, repeating: number)
        case .weight: return values[index].after ?? Tensor(shape: shape, repeating: 0)
        }
    }

    /// The moving average of a weight that has other numbers now: what the cut added to the weight belongs to its
    /// average too.
    ///
    /// Nil where the weight only lost slices.
    func movedAverage(_ average: Dataset, _ contents: HDF5Edits.Contents, of index: Int) throws -> Tensor? {
        guard let before = values[index].before, let after = values[index].after, average.type.isFloatingPoint else {
            return nil
        }
        func sliced(_ tensor: Tensor) -> Tensor {
            contents.selections.reduce(tensor) { $0.gathered(axis: $1.axis, $1.kept) }
        }
        let old = sliced(before), mean = sliced(Tensor(shape: average.shape, try average.read(Float.self)))
        guard old != after, old.shape == after.shape, mean.shape == after.shape else { return nil }
        return Tensor(
            shape: after.shape,
            old.withSpan { old in
                mean.withSpan { mean in
                    after.withSpan { after in after.indices.map { mean[$0] + (after[$0] - old[$0]) } }
                }
            })
    }

    /// A name for a new weight's array, after that of the array before it: `Adam/m/conv/bias` after
    /// `Adam/m/conv/kernel`.
    func name(of index: Int, beside model: String, others: [String]) -> String {
        var name = "\(model)_bias"
        if index > 0 {
            let (kernel, bias) = (weights[index - 1].name, weights[index].name)
            let pairs = [(kernel, bias), (kernel.withoutNumber, bias.withoutNumber)].flatMap {
                [$0, ($0.0.replacing("/", with: "_"), $0.1.replacing("/", with: "_"))]
            }
            if let (kernel, bias) = pairs.first(where: { model.contains($0.0) }) {
                name = model.replacing(kernel, with: bias)
            }
        }
        while others.contains(name) { name += "_1" }
        return name
    }
}

extension String {
    /// Without TensorFlow's number of an output: `kernel` of `kernel:0`.
    fileprivate var withoutNumber: String { String(prefix { $0 != ":" }) }
}
