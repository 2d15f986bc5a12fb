import Graphs
import Tensors

/// How images of a data set become the input of a network.
struct InputFitting: Sendable {
    /// The network's input, without the batch axis.
    let shape: [Int]
    private let isChannelsFirst: Bool
    /// The network's input layer, and the shape it declares.
    private let input: (layer: LayerID, shape: [Int?])

    /// Settles the lengths that the network leaves open. Images: height, width, channels; the network may have the
    /// channels first, or leave out an axis of length 1. Throws `TrainingError.images` for others.
    init(_ graph: inout Graph, images: [Int]) throws {
        guard let input = graph.inputs.first, graph.inputs.count == 1, let wanted = graph.shapes[input],
            let node = graph.producers[input]
        else {
            throw TrainingError.notAClassifier(reason: "has \(graph.inputs.count) inputs")
        }
        func fits(_ shape: [Int]) -> Bool {
            shape.count == wanted.count && zip(shape, wanted).allSatisfy { $1 == nil || $0 == $1 }
        }
        let first = Array(images.suffix(1) + images.dropLast())
        let candidates = [images] + (images.last == 1 ? [images.dropLast()] : [])
        if let shape = candidates.first(where: fits) {
            (self.shape, isChannelsFirst) = (shape, false)
        } else if fits(first) {
            (shape, isChannelsFirst) = (first, true)
        } else {
            throw TrainingError.images(network: wanted, data: images)
        }
        self.input = (graph.nodes[node].layer, wanted)
        try Self.declare(shape, at: self.input.layer, in: &graph)
    }

    /// The network with the lengths open that it left open.
    func undone(in network: Graph) throws -> Graph {
        var graph = network
        try Self.declare(input.shape, at: input.layer, in: &graph)
        return graph
    }

    private static func declare(_ shape: [Int?], at layer: LayerID, in graph: inout Graph) throws {
        graph.layers[layer].operation = .input(Input(shape: shape))
        graph.shapes[graph.inputs[0]] = shape
        try graph.inferShapes()
    }

    func apply(to images: Tensor) -> Tensor {
        guard isChannelsFirst else { return images }
        let rank = images.shape.count
        return images.transposed([0, rank - 1] + (1..<rank - 1))
    }
}
