import Graphs
import Kernels
import Tensors

/// A graph divided into stages, with the weights its kernels read: all that does not depend on the sizes of the inputs.
struct Program: Sendable {
    let graph: Graph
    private(set) var stages: [Stage]
    let options: NetworkOptions
    /// The tensors to return, each once.
    let kept: [TensorID]
    /// Those whose summaries follow them.
    let summarized: [SummarizedTensor]
    /// For each output and tap its position in `kept`.
    let returned: [Int]
    /// The weights of each stage with filters, by its node. Stages of a shared layer share them.
    let weights: [NodeID: FilterWeights]
    let weightBytes: Int

    init(_ graph: Graph, taps: [TensorID], summarizing summarized: [SummarizedTensor], options: NetworkOptions) throws {
        var graph = graph
        try graph.inferShapes()
        for tap in taps + summarized.map(\.tensor) {
            precondition(graph.shapes.indices.contains(tap), "tap \(tap) is no tensor of the graph")
        }
        let wanted = graph.outputs + taps
        var kept: [TensorID] = [], positions: [TensorID: Int] = [:]
        returned = wanted.map { tensor in
            if let index = positions[tensor] { return index }
            kept.append(tensor)
            positions[tensor] = kept.count - 1
            return kept.count - 1
        }
        stages = graph.stages(
            keeping: Set(kept), summarizing: Set(summarized.map(\.tensor)), fusing: options.fusion)
        for stage in stages {
            let layer = graph.layer(of: stage.node)
            if case let .opaque(opaque) = layer.operation {
                throw NetworkError.opaque(
                    layer: layer.qualifiedName, className: opaque.className, keepsShape: graph.keepsShape(stage.node),
                    obstacle: layer.obstacle)
            }
        }
        var shared: [[LayerID?]: FilterWeights] = [:], weights: [NodeID: FilterWeights] = [:]
        for stage in stages {
            let layer = graph.nodes[stage.node].layer, norm = stage.normalization.map { graph.nodes[$0].layer }
            if let known = shared[[layer, norm]]
                ?? FilterWeights(graph.layers[layer], folding: norm.map { graph.layers[$0] })
            {
                weights[stage.node] = known
                shared[[layer, norm]] = known
            }
        }
        weightBytes = shared.values.reduce(0) { $0 + $1.bytes }
        (self.weights, self.graph, self.options) = (weights, graph, options)
        (self.kept, self.summarized) = (kept, summarized)
    }

    /// The number of images and the shape of each input without it; throws where they do not fit the model.
    func check(_ shapes: [[Int]]) throws -> (batch: Int, shapes: [[Int]]) {
        guard shapes.count == graph.inputs.count else {
            throw NetworkError.inputCount(expected: graph.inputs.count, found: shapes.count)
        }
        for (tensor, found) in zip(graph.inputs, shapes) {
            guard let expected = graph.shapes[tensor] else { continue }
            let fits =
                found.count == expected.count + 1
                && zip(expected, found.dropFirst()).allSatisfy { $0 == nil || $0 == $1 }
            if !fits { throw NetworkError.inputShape(input: name(of: tensor), expected: expected, found: found) }
        }
        let counts = shapes.map { $0.first ?? 0 }
        guard let batch = counts.first, batch > 0, counts.allSatisfy({ $0 == batch }) else {
            throw NetworkError.batch(counts)
        }
        return (batch, shapes.map { Array($0.dropFirst()) })
    }

    /// The shapes of the inputs as the model declares them; throws where it leaves one open.
    func declaredInputShapes() throws -> [[Int]] {
        try graph.inputs.map { tensor in
            if let known = graph.shapes[tensor]?.known { return known }
            throw NetworkError.unknownShape(layer: name(of: tensor), shape: graph.shapes[tensor])
        }
    }

    /// The plans for a batch of inputs of these shapes, without the batch axis: one for each size of micro-batch.
    func schedule(batch: Int, inputShapes: [[Int]]) throws -> Schedule {
        var graph = graph
        let producers = graph.producers
        for (tensor, shape) in zip(graph.inputs, inputShapes) {
            guard let node = producers[tensor] else { continue }
            graph.layers[graph.nodes[node].layer].operation = .input(Input(shape: shape))
        }
        try graph.inferShapes()
        var program = self
        program.stages = stages.flatMap { $0.parts(in: graph) }
        let usual = program.microBatchSize(batch: options.expectedBatch ?? batch, shapes: graph.shapes)
        func plan(_ images: Int) throws -> Plan {
            var builder = PlanBuilder(
                program, shapes: graph.shapes, batch: images,
                expectedImages: options.expectedBatch == nil ? nil : usual,
                limit: limit)
            return try builder.build()
        }
        // Inputs and outputs must fit for the whole batch; micro-batches keep the rest small. Sizes are checked
        // first, so that kernels are made only for sizes that fit into memory, whose products cannot overflow.
        let limit = memoryLimit(batch: batch, inputShapes: inputShapes)
        func require(_ bytes: Int, of tensor: TensorID?) throws { try limit.require(bytes, for: tensor.map(name)) }
        for tensor in Set(graph.inputs + kept).sorted() {
            try require(bytes(of: graph.shapes[tensor], images: batch), of: tensor)
        }
        let ends = (graph.inputs + kept).reduce(0) { $0.plusClamped(bytes(of: graph.shapes[$1], images: batch)) }
        try require(max(ends, batch.timesClamped(4)), of: nil)
        let images = min(batch, usual), rest = batch % images
        for tensor in Set(program.stages.flatMap { $0.inputs(in: graph) + [$0.output] }).sorted() {
            try require(bytes(of: graph.shapes[tensor], images: images), of: tensor)
        }
        return Schedule(
            batch: batch, plan: try plan(images), images: images, last: rest == 0 ? nil : try plan(rest), limit: limit)
    }

    /// How much memory a run of inputs of these shapes, without the batch axis, may take.
    func memoryLimit(batch: Int, inputShapes: [[Int]]) -> MemoryLimit {
        let inputs = inputShapes.reduce(0) { $0.plusClamped(bytes(of: $1, images: batch)) }
        return MemoryLimit(weights: weightBytes, inputs: inputs)
    }

    /// What a tensor of so many images takes, open lengths counted as 1; the largest number where it is beyond
    /// counting.
    private func bytes(of shape: TensorShape?, images: Int) -> Int {
        (shape ?? []).reduce(images.timesClamped(4)) { $0.timesClamped($1 ?? 1) }
    }

    private func name(of tensor: TensorID) -> String {
        graph.producers[tensor].map { graph.layer(of: $0).qualifiedName } ?? "\(tensor)"
    }
}
