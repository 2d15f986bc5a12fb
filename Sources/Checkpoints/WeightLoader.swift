import Graphs
import HDF5
import Tensors

/// Reads weights, checked against what the layer expects before any memory is taken for them.
struct WeightLoader: WeightSource {
    let file: File
    let version: KerasVersion
    let locations: [Position: LayerWeights]
    /// Whether their numbers are read; else tensors only tell shapes.
    var readsNumbers = true

    /// The weights of a layer in canonical axis order, and their locations with how they are stored.
    ///
    /// Throws `shapeMismatch`, `notFinite`, `negativeVariance`, and `HDF5Error` for a missing dataset or one that holds
    /// no numbers.
    func weights(of config: LayerConfig, _ layer: Layer, input: TensorShape?) throws -> ([Weight], LayerWeights) {
        let root = file.root, operation = layer.operation
        var located = locations[config.position] ?? LayerWeights(group: ""), loaded: [Weight] = []
        for index in located.locations.indices {
            let location = located.locations[index], dataset = try root.dataset(location.relativePath)
            let storage = KernelStorage(of: location.role, in: operation, version: version, stored: dataset.shape)
            let slot = operation.kind.slot(location.role)
            let expected = slot.flatMap { operation.kind.shape(of: $0, input: input) }
            guard let shape = storage.canonicalShape(dataset.shape), expected?.mayEqual(shape) ?? true else {
                let canonical = storage.canonicalShape(dataset.shape) ?? dataset.shape
                throw CheckpointError.shapeMismatch(
                    layer: layer.qualifiedName, weight: location.name, expected: expected ?? [], found: canonical)
            }
            guard readsNumbers else {
                guard dataset.type.isNumeric || dataset.isOpaqueBfloat16 else { throw dataset.wrongType() }
                loaded.append(Weight(location.role, Tensor(placeholderOf: shape)))
                located.locations[index].storage = storage
                continue
            }
            let tensor = storage.canonical(try read(dataset))
            // What an opaque layer holds may be anything, such as a mask of −∞.
            let isKnown = if case .unknown = location.role { false } else { true }
            if isKnown, let (_, bad) = tensor.first(where: { !$0.isFinite }) {
                throw CheckpointError.notFinite(
                    layer: layer.qualifiedName, weight: location.name, value: bad.isNaN ? "NaN" : "infinity")
            }
            if let minimum = slot?.minimum, let (channel, value) = tensor.first(where: { $0 < minimum }) {
                throw CheckpointError.negativeVariance(
                    layer: layer.qualifiedName, weight: location.name, channel: channel, value: value)
            }
            loaded.append(Weight(location.role, tensor))
            located.locations[index].storage = storage
        }
        return (loaded, located)
    }

    /// The numbers of a dataset as they lie in the file.
    private func read(_ dataset: Dataset) throws -> Tensor {
        if dataset.isOpaqueBfloat16 {
            // The upper half of a float, least significant byte first.
            let bytes = try dataset.readBytes()
            let numbers = stride(from: 0, to: bytes.count, by: 2).map {
                Float(bitPattern: UInt32(bytes[$0 + 1]) << 24 | UInt32(bytes[$0]) << 16)
            }
            return Tensor(shape: dataset.shape, numbers)
        }
        return Tensor(shape: dataset.shape, try dataset.read(Float.self))
    }

    /// The shape the model's input must have to fit the weights of its first layers, where the config does not tell.
    func inputShape(of model: ModelConfig) throws -> TensorShape? {
        for layer in model.layers.drop(while: \.isInput) {
            if let inner = layer.model { return try inputShape(of: inner) }
            guard let operation = layer.operation?.operation else { return nil }
            guard let location = locations[layer.position]?.locations.first else {
                guard operation.kind.keepsChannels else { return nil }
                continue
            }
            let stored = try file.root.dataset(location.relativePath).shape
            let storage = KernelStorage(of: location.role, in: operation, version: version, stored: stored)
            return storage.canonicalShape(stored).flatMap { operation.inputShape(of: location.role, $0) }
        }
        return nil
    }
}

extension LayerKind {
    /// Whether it passes channels on as they are, so that a later layer's kernel tells the input's channels.
    fileprivate var keepsChannels: Bool {
        switch effect {
        case .copy, .function, .affine, .plane(.padding), .plane(.cropping), .plane(.pooling), .plane(.upsampling): true
        case .source, .unknown, .move, .plane(.globalPooling), .slopes, .normalization, .weights, .taps, .merge,
            .concatenation:
            false
        }
    }
}

extension Operation {
    /// The shape of an input that fits a weight of this role and shape; nil where it does not tell.
    fileprivate func inputShape(of role: WeightRole, _ weight: [Int]) -> TensorShape? {
        guard let filters, let slot = filters.slot(role), let axis = slot.inputAxis, weight.count == slot.axes.count
        else { return nil }
        let channels = weight[axis].multipliedReportingOverflow(by: slot.groups).partialValue
        guard let window = filters.slidingWindow else { return [channels] }
        let spatial = TensorShape(repeating: nil, count: window.rank)
        return window.dataFormat == .channelsLast ? spatial + [channels] : [channels] + spatial
    }
}

extension Tensor {
    /// The first element that is so, and its position; nil where none is.
    @inline(__always)
    fileprivate func first(where isSo: (Float) -> Bool) -> (index: Int, value: Float)? {
        withSpan { elements in
            for index in elements.indices where isSo(elements[index]) { return (index, elements[index]) }
            return nil
        }
    }
}

extension Dataset {
    /// How Keras 3 stores bfloat16: opaque pairs of bytes, and the type's name in an attribute.
    var isOpaqueBfloat16: Bool {
        guard case .other = type else { return false }
        return (try? attributes.string("dtype")) == "bfloat16"
    }
}
