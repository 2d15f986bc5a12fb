import Datasets
import Graphs
import Networks
import Tensors

/// What dense and compact models are compared on.
package enum VerificationImages: Sendable {
    /// Images of a corpus arranged for the model's only input; all of them, or the first `limit`.
    case corpus(Corpus, limit: Int?)
    /// `count` images of standard normal noise for each input. Axes that the model leaves open get a length of 64.
    case random(count: Int, seed: UInt64)

    /// How many images there are.
    package var count: Int {
        switch self {
        case let .corpus(corpus, limit): min(corpus.count, limit ?? corpus.count)
        case let .random(count, _): count
        }
    }

    /// The name in reports.
    package var name: String {
        switch self {
        case .corpus: "corpus"
        case .random: "random"
        }
    }
}

extension VerificationImages {
    /// Calls `body` with batches of up to `size` images: one tensor for each input of `graph`, the labels if there are
    /// any, and how many images that makes so far.
    func forEachBatch(of size: Int, for graph: Graph, _ body: (_ inputs: [Tensor], _ labels: [Int]?, _ done: Int) throws -> Void) throws {
        switch self {
        case let .corpus(corpus, limit):
            var batches = corpus.batches(of: size, limit: limit)
            while let batch = try batches.next() { try body([batch.images], batch.labels, batch.range.upperBound) }
        case let .random(count, seed):
            let sources = graph.inputs.enumerated().map { index, tensor in
                Corpus.random(imageShape: (graph.shapes[tensor] ?? []).map { $0 ?? 64 }, count: count, seed: seed &+ UInt64(index) &* 1_000_003)
            }
            for start in stride(from: 0, to: count, by: size) {
                let range = start..<min(count, start + size)
                try body(sources.map { try $0.batch(range).images }, nil, range.upperBound)
            }
        }
    }
}

extension Verification {
    /// Runs the dense graph and a graph cut from it on `images` in batches of `size`; `progress` hears how many are done.
    package static func run(
        dense: Graph, compact: Graph, on images: VerificationImages, batch size: Int, options: NetworkOptions = NetworkOptions(),
        progress: (Int) -> Void = { _ in }
    ) throws -> Verification {
        let denseNetwork = try Network(dense, options: options), compactNetwork = try Network(compact, options: options)
        var result = Verification()
        try images.forEachBatch(of: size, for: dense) { inputs, labels, done in
            try result.add(inputs, labels: labels, dense: denseNetwork, compact: compactNetwork)
            progress(done)
        }
        return result
    }
}
