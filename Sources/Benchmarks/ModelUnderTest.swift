import Graphs
import Networks
import Tensors

/// A model to be timed.
package struct ModelUnderTest: Sendable {
    package let name: String
    package let graph: Graph
    package let fileBytes: Int

    package init(name: String, graph: Graph, fileBytes: Int) {
        self.name = name
        self.graph = graph
        self.fileBytes = fileBytes
    }

    /// The model ready to run batches of random images; axes that its inputs leave open get a length of 224.
    func contender(batch: Int, options: NetworkOptions) throws -> Contender {
        let shapes = graph.inputs.map { (graph.shapes[$0] ?? []).map { $0 ?? 224 } }
        var fixed = graph
        for (tensor, shape) in zip(graph.inputs, shapes) {
            guard let producer = graph.nodes.first(where: { $0.outputs.contains(tensor) }) else { continue }
            fixed.layers[producer.layer].operation = .input(Input(shape: shape))
        }
        try fixed.inferShapes()
        let network = try Network(fixed, options: options)
        var random = SeededGenerator(seed: 1)
        let inputs = shapes.map { shape in
            Tensor(shape: [batch] + shape, (0..<batch * Tensor.count(of: shape)).map { _ in random.uniform() * 2 - 1 })
        }
        return Contender(name: name, peakBytes: try network.peakBytes(batch: batch)) { _ = try network.run(inputs) }
    }
}

extension BenchmarkResult {
    /// Times the models in turns under every combination of batch size and number of threads; the first is the reference.
    package static func compared(_ models: [ModelUnderTest], batches: [Int], threads: [Int], options: MeasurementOptions) throws -> BenchmarkResult {
        var result = BenchmarkResult(
            machine: .current(),
            models: models.map { Model(model: $0.name, parameters: $0.graph.parameters, macs: $0.graph.macs ?? 0, fileBytes: $0.fileBytes) })
        for batch in batches {
            for count in threads {
                let contenders = try models.map { try $0.contender(batch: batch, options: NetworkOptions(threads: count)) }
                try result.measure(contenders, batch: batch, threads: count, options: options)
            }
        }
        return result
    }
}
