import Graphs
import Networks
import Tensors

/// A model to be timed.
package struct ModelUnderTest: Sendable {
    package let name: String
    package let graph: Graph
    package let fileBytes: Int

    package init(name: String, graph: Graph, fileBytes: Int) {
        (self.name, self.graph, self.fileBytes) = (name, graph, fileBytes)
    }

    /// The model ready to run batches of random images; axes that its inputs leave open get a length of 224.
    func contender(batch: Int, options: NetworkOptions) throws -> Contender {
        let (network, inputs) = try prepared(batch: batch, options: options)
        return Contender(name: name, peakBytes: try network.peakBytes(batch: batch)) { _ = try network.run(inputs) }
    }

    /// The median milliseconds of each kernel call over some runs, in the order of the calls.
    func layerTimes(batch: Int, options: NetworkOptions, rounds: Int = 15) throws -> [BenchmarkResult.LayerTime] {
        let (network, inputs) = try prepared(batch: batch, options: options)
        _ = try network.run(inputs)
        let runs = try (0..<rounds).map { _ in try network.stepTimes(inputs) }
        return runs[0].indices.map { step in
            let first = runs[0][step]
            return BenchmarkResult.LayerTime(
                model: name, batch: batch, threads: options.threads, layer: first.layer, kernel: first.kernel,
                medianMs: Statistics.median(runs.map { $0[step].milliseconds }))
        }
    }

    /// The bytes that a run of `batch` images holds. Throws where no run of so many fits into memory, or none has so
    /// many threads.
    func requiredBytes(batch: Int, options: NetworkOptions) throws -> Int {
        try fixed(options).network.totalBytes(batch: batch)
    }

    /// The network, and the shapes of its inputs with no length open. Throws where it would run on fewer threads.
    private func fixed(_ options: NetworkOptions) throws -> (network: Network, shapes: [[Int]]) {
        let shapes = graph.inputs.map { (graph.shapes[$0] ?? []).map { $0 ?? 224 } }
        var fixed = graph
        for (tensor, shape) in zip(graph.inputs, shapes) {
            guard let producer = graph.nodes.first(where: { $0.outputs.contains(tensor) }) else { continue }
            fixed.layers[producer.layer].operation = .input(Input(shape: shape))
        }
        try fixed.inferShapes()
        let network = try Network(fixed, options: options)
        guard network.threads == options.threads else {
            throw NetworkError.threads(expected: options.threads, found: network.threads)
        }
        return (network, shapes)
    }

    private func prepared(batch: Int, options: NetworkOptions) throws -> (Network, [Tensor]) {
        let (network, shapes) = try fixed(options)
        // Throws before there are any images, if so many do not fit.
        _ = try network.totalBytes(batch: batch)
        var random = SeededGenerator(seed: 1)
        let inputs = shapes.map { shape in
            var images = Tensor(shape: [batch] + shape)
            images.withMutableSpan { values in
                for index in values.indices { values[index] = random.uniform() * 2 - 1 }
            }
            return images
        }
        return (network, inputs)
    }
}

extension BenchmarkResult {
    /// Times the models in turns under every combination of batch size and number of threads; the first is the
    /// reference.
    ///
    /// `network` says how they are run, but for the threads. `byLayer`: each kernel call is timed too, in runs of their
    /// own.
    package static func compared(
        _ models: [ModelUnderTest], batches: [Int], threads: [Int], options: MeasurementOptions,
        network: NetworkOptions = NetworkOptions(), byLayer: Bool = false
    ) throws -> BenchmarkResult {
        var result = BenchmarkResult(
            machine: .current(),
            models: models.map {
                Model(
                    model: $0.name, parameters: $0.graph.parameters, macs: $0.graph.macs ?? 0, fileBytes: $0.fileBytes)
            })
        try requireMemory(models, batches: batches, threads: threads, network: network)
        for batch in batches {
            for count in threads {
                var network = network
                network.threads = count
                let contenders = try models.map { try $0.contender(batch: batch, options: network) }
                if byLayer {
                    let times = try models.flatMap { try $0.layerTimes(batch: batch, options: network) }
                    result.layers = (result.layers ?? []) + times
                }
                try result.measure(contenders, batch: batch, threads: count, options: options)
            }
        }
        return result
    }

    /// Throws `NetworkError.tooLarge` where the models do not fit into memory together, before any is measured.
    package static func requireMemory(
        _ models: [ModelUnderTest], batches: [Int], threads: [Int], network: NetworkOptions = NetworkOptions()
    ) throws {
        var network = network
        network.threads = threads.max() ?? 1
        for batch in Set(batches).sorted() {
            let bytes = try models.reduce(0) { $0.plusClamped(try $1.requiredBytes(batch: batch, options: network)) },
                memory = SystemResources.memory
            if bytes > memory {
                throw NetworkError.tooLarge(layer: nil, bytes: bytes == .max ? nil : bytes, memory: memory)
            }
        }
    }
}
