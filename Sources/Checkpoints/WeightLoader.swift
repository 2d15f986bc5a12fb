import Files
import Graphs
import HDF5
import Tensors

/// Reads weights, checked against what the layer expects before any memory is taken for them.
struct WeightLoader: WeightSource {
    let file: File
    let version: KerasVersion
    let locations: [Position: LayerWeights]
    /// Whether the numbers of large weights are looked at.
    var readsNumbers = true

    /// Throws `implausibleSize` where all weights together are more than the file can hold: what was never written, or
    /// has many names, takes memory for each of them.
    func requirePlausibleSize() throws {
        let root = file.root, places = locations.values.flatMap(\.locations)
        var bytes = 0
        for place in places {
            bytes = try bytes.plusClamped(
                root.dataset(place.relativePath).count.timesClamped(MemoryLayout<Float>.stride))
        }
        try file.requirePlausible(bytes, of: "/")
    }

    /// Weights of as many bytes in memory are read when they are needed, and again when they are needed later.
    private static let largeBytes = 1 << 20

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
            // What an opaque layer holds may be anything, such as a mask of −∞.
            let isKnown = if case .unknown = location.role { false } else { true }
            func check(_ numbers: Span<Float>, from first: Int) throws {
                if isKnown, let index = numbers.indices.first(where: { !numbers[$0].isFinite }) {
                    throw CheckpointError.notFinite(
                        layer: layer.qualifiedName, weight: location.name,
                        value: numbers[index].isNaN ? "NaN" : "infinity")
                }
                if let minimum = slot?.minimum, let index = numbers.indices.first(where: { numbers[$0] < minimum }) {
                    throw CheckpointError.negativeVariance(
                        layer: layer.qualifiedName, weight: location.name, channel: first + index,
                        value: numbers[index])
                }
            }
            let tensor: Tensor
            if storage.isAsInMemory, let late = try dataset.readLater(shape: shape, from: Self.largeBytes) {
                if readsNumbers { try dataset.forEachPiece(check) }
                tensor = late
            } else {
                tensor = storage.canonical(try read(dataset))
                try tensor.withSpan { try check($0, from: 0) }
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

extension Dataset {
    /// How Keras 3 stores bfloat16: opaque pairs of bytes, and the type's name in an attribute.
    var isOpaqueBfloat16: Bool {
        guard case .other = type else { return false }
        return (try? attributes.string("dtype")) == "bfloat16"
    }

    /// A tensor of this shape that reads the dataset when its elements are needed; nil for fewer than `bytes` in
    /// memory, which had better be read at once, and for what is no plain numbers.
    fileprivate func readLater(shape: [Int], from bytes: Int) throws -> Tensor? {
        guard type.isNumeric, !self.shape.isEmpty, count >= bytes / MemoryLayout<Float>.stride else { return nil }
        try requirePlausibleSize()
        return Tensor(shape: shape) { elements in
            do {
                try self.read(into: &elements)
                try self.requireUnchanged()
            } catch {
                // It could be read when the file was opened. Nobody who needs the numbers can go on without them.
                UnfinishedFiles.fail("\(error)")
            }
        }
    }

    /// Hands all numbers to `body`, some MiB at a time, with the position of the first. Throws `implausibleSize` where
    /// they are more than the file can hold.
    func forEachPiece(_ body: (Span<Float>, _ first: Int) throws -> Void) throws {
        guard let height = shape.first, height > 0 else {
            let numbers = try read(Float.self)
            return try body(numbers.span, 0)
        }
        try requirePlausibleSize()
        let width = count / height, step = max(1, (1 << 20) / max(1, width))
        for first in stride(from: 0, to: height, by: step) {
            let rows = first..<min(height, first + step)
            var numbers = [Float](repeating: 0, count: rows.count * width), span = numbers.mutableSpan
            try read(rows: rows, into: &span)
            try body(numbers.span, first * width)
        }
    }
}
