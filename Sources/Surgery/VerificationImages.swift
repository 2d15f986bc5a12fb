import Datasets
import Graphs
import Networks
import Sparsity
import Tensors

/// What dense and compact models are compared on.
package enum VerificationImages: Sendable {
    /// Images arranged for the model's inputs.
    case corpus(ModelCorpus)
    /// `count` images of standard normal noise for each input. Axes that the model leaves open get a length of 64.
    case random(count: Int, seed: UInt64)
    /// `count` images for each input inside a box: its corners, tones and random numbers. Inputs without a range get
    /// noise.
    case box(InputBox, count: Int, seed: UInt64)

    /// How many images there are.
    package var count: Int {
        switch self {
        case let .corpus(corpus): corpus.count
        case let .random(count, _), let .box(_, count, _): count
        }
    }

    /// So many of them at most, spread over all.
    package func atMost(_ most: Int) -> VerificationImages {
        switch self {
        case let .corpus(corpus): .corpus(corpus.spread(over: most))
        case let .random(count, seed): .random(count: min(count, most), seed: seed)
        case let .box(box, count, seed): .box(box, count: min(count, most), seed: seed)
        }
    }

    /// The most that a random image takes: with a larger one, all that a network makes of it would be out of
    /// proportion to any file there is.
    private static let mostRandomBytes = 32 << 20

    /// The name in reports.
    package var name: String {
        switch self {
        case .corpus: "corpus"
        case .random: "random"
        case .box: "box"
        }
    }

    /// How many images to run at a time: up to `size`, and no more than make 256 MB of the tensors that a run returns.
    static func atOnce(_ size: Int, returning tensors: [TensorID], of graph: Graph) -> Int {
        let elements = tensors.reduce(1) { $0.plusClamped(graph.shapes[$1].flatMap { elementCount($0) } ?? 0) }
        return max(1, min(size, (1 << 26) / elements))
    }

    /// Calls `body` with batches of up to `size` images: one tensor for each input of `graph`, the labels if there are
    /// any, and how many images that makes so far.
    func forEachBatch(
        of size: Int, for graph: Graph, _ body: (_ inputs: [Tensor], _ labels: [Int]?, _ done: Int) throws -> Void
    ) throws {
        let corpus: ModelCorpus
        switch self {
        case let .corpus(given): corpus = given
        case let .random(count, seed): corpus = try Self.made(InputBox([]), count, seed, for: graph)
        case let .box(box, count, seed): corpus = try Self.made(box, count, seed, for: graph)
        }
        var batches = corpus.batches(of: size)
        while let batch = try batches.next() { try body(batch.inputs, batch.labels, batch.done) }
    }
}

extension VerificationImages {
    /// Images for each input, inside its range where it has one, else noise.
    private static func made(_ box: InputBox, _ count: Int, _ seed: UInt64, for graph: Graph) throws -> ModelCorpus {
        let bytes = graph.inputs.map { elementCount(graph.imageShape(of: $0) + [4]) ?? .max }.max() ?? 0
        guard bytes <= mostRandomBytes else {
            throw SurgeryError.imageTooLarge(bytes: bytes, limit: mostRandomBytes)
        }
        let axes = box.channelAxes(of: graph)
        return try ModelCorpus(
            graph.inputs.enumerated().map { index, tensor in
                let shape = graph.imageShape(of: tensor), seed = seed &+ UInt64(index) &* 1_000_003
                guard axes.indices.contains(index), let (range, axis) = axes[index] else {
                    return Corpus.random(imageShape: shape, count: count, seed: seed)
                }
                return Corpus.inside(range, imageShape: shape, channelAxis: axis, count: count, seed: seed)
            })
    }
}

extension Graph {
    /// The shape of random images for an input.
    fileprivate func imageShape(of input: TensorID) -> [Int] { (shapes[input] ?? []).map { $0 ?? 64 } }
}

extension Verification {
    /// Runs the dense graph and a graph cut from it on `images` in batches of `size`, and compares all outputs;
    /// `progress` hears how many images are done.
    package static func run(
        dense: Graph, compact: Graph, on images: VerificationImages, batch size: Int,
        options: NetworkOptions = NetworkOptions(), progress: (Int) -> Void = { _ in }
    ) throws -> Verification {
        try run(
            ComparedTensors(dense: dense, compact: compact), on: images, batch: size, options: options,
            progress: progress)
    }

    /// Runs both models on `images` in batches of `size` and compares them at all of `tensors`; nothing is run where
    /// there are none.
    package static func run(
        _ tensors: ComparedTensors, on images: VerificationImages, batch size: Int,
        options: NetworkOptions = NetworkOptions(), progress: (Int) -> Void = { _ in }
    ) throws -> Verification {
        var result = Verification(tensors)
        if tensors.isEmpty { return result }
        let size = VerificationImages.atOnce(size, returning: tensors.list.map(\.dense), of: tensors.dense)
        // One network at a time is in memory: two large ones may not both fit.
        var dense: Network?, held: [(inputs: [Tensor], answers: [Tensor], labels: [Int]?, done: Int)] = [], bytes = 0
        func compare() throws {
            dense = nil
            let compact = try Network(tensors.compact, options: options)
            for batch in held {
                try result.add(dense: batch.answers, compact: try compact.run(batch.inputs), labels: batch.labels)
                progress(batch.done)
            }
            (held, bytes) = ([], 0)
        }
        try images.forEachBatch(of: size, for: tensors.dense) { inputs, labels, done in
            if dense == nil { dense = try Network(tensors.dense, options: options) }
            let answers = try dense?.run(inputs) ?? []
            held.append((inputs, answers, labels, done))
            bytes += 4 * (inputs + answers).reduce(0) { $0 + $1.count }
            if bytes >= mostHeldBytes { try compare() }
        }
        if !held.isEmpty { try compare() }
        return result
    }

    /// The images, with the answers of the dense network, that are held until the compact one's turn: so many that it
    /// takes longer to run them than to make the networks again.
    private static let mostHeldBytes = 64 << 20
}

extension SurgeryPlan {
    /// How far the answers move with all of it cut, and how far they may, where that is too far: some of what small
    /// weights made candidates is alive then. Nil where everything is proven, or what can be compared on `images` keeps
    /// within the limit.
    package func excess(on images: VerificationImages, batch: Int, options: NetworkOptions) throws -> (
        deviation: Double, tolerance: Double
    )? {
        let weakest = weakestProof
        guard weakest == .approximate, let tolerance = Verification.defaultTolerance(weakest) else { return nil }
        let deviation = try Verification.run(
            ComparedTensors(self, compact: rewrite().graph), on: images, batch: batch, options: options
        ).deviation
        return deviation.isFinite && deviation.maxRelativeError > tolerance
            ? (deviation.maxRelativeError, tolerance) : nil
    }
}
