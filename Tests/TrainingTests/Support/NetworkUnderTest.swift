import Graphs
import Tensors
import TestSupport
import Testing
@testable import Training

/// A small network that is put together layer by layer, with random weights, and then differentiated.
struct NetworkUnderTest {
    var graph = Graph()
    let input: TensorID
    private(set) var last: TensorID
    private var random = SeededGenerator(seed: 7)
    private let shape: [Int]

    init(shape: [Int]) throws {
        self.shape = shape
        input = try graph.input(shape)
        last = input
    }

    /// Appends a layer behind `inputs`, or the last one; weights of these shapes get random numbers.
    @discardableResult
    mutating func add(
        _ operation: Operation, _ weights: KeyValuePairs<WeightRole, [Int]> = [:], from inputs: [TensorID]? = nil
    ) throws -> TensorID {
        let layer = Layer(
            name: "layer\(graph.layers.count)", operation: operation,
            weights: weights.map { Weight($0.key, tensor($0.value, like: $0.key)) })
        last = try graph.add(layer, inputs ?? [last])
        return last
    }

    mutating func call(_ layer: LayerID, from inputs: [TensorID]) -> TensorID {
        last = graph.call(layer, inputs)[0]
        try? graph.inferShapes()
        return last
    }

    mutating func normalize(_ channels: Int, axis: Int = 2) throws {
        try add(
            .batchNormalization(BatchNormalization(axis: axis)),
            [.gamma: [channels], .beta: [channels], .movingMean: [channels], .movingVariance: [channels]])
    }

    private mutating func tensor(_ shape: [Int], like role: WeightRole) -> Tensor {
        let count = shape.reduce(1, *),
            scale: Float = role == .kernel || role == .depthwiseKernel || role == .pointwiseKernel ? 1.2 : 0.6
        let shift: Float = role == .gamma || role == .movingVariance ? 0.7 : 0
        return Tensor(shape: shape, (0..<count).map { _ in shift + scale * (random.uniform() - 0.5) })
    }

    /// Ends the network with a classifier and compares the gradients of all weights with central differences.
    mutating func check(
        images: Int = 3, classes: Int = 4, smoothing: Float = 0.1, sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        if graph.shapes[last]?.count ?? 1 > 1 { try add(.flatten(.channelsLast)) }
        let width = graph.shapes[last]?[0] ?? 1
        try add(.dense(Dense(units: classes, activation: .softmax())), [.kernel: [width, classes], .bias: [classes]])
        graph.outputs = [last]
        let count = images * shape.reduce(1, *)
        let pixels = (0..<count).map { _ in 2 * random.uniform() - 1 },
            labels = (0..<images).map { Int32($0 % classes) }
        let recipe = TrainingRecipe(
            optimizer: .sgd(), labelSmoothing: smoothing, schedule: LearningRateSchedule(epochs: [1]), batch: images)
        var results: [[[Float]]] = []
        for threads in 1...3 {
            let trainer = try Trainer(graph, recipe: recipe, threads: threads)
            results.append(trainer.gradient(Tensor(shape: [images] + shape, pixels), labels: labels).map(\.values))
        }
        #expect(
            results[0] == results[1] && results[1] == results[2], "threads change the gradient",
            sourceLocation: sourceLocation)
        let trainer = try Trainer(graph, recipe: recipe, threads: 1)
        let found = trainer.gradient(Tensor(shape: [images] + shape, pixels), labels: labels)
        var exact = DoubleNetwork(graph)
        let input = DoubleNetwork.Array([images] + shape, pixels.map(Double.init)), wanted = labels.map(Int.init),
            step = 1e-6
        for (place, values) in found where place.isTrainable {
            let scale = values.reduce(1e-3) { max($0, abs($1)) }
            // Some weights of large layers stand for all.
            for index in Swift.stride(from: 0, to: values.count, by: max(1, values.count / 25)) {
                let value = exact.weights[place.layer][place.weight].values[index]
                exact.weights[place.layer][place.weight].values[index] = value + step
                let above = exact.loss(input, labels: wanted, smoothing: Double(smoothing))
                exact.weights[place.layer][place.weight].values[index] = value - step
                let below = exact.loss(input, labels: wanted, smoothing: Double(smoothing))
                exact.weights[place.layer][place.weight].values[index] = value
                let expected = (above - below) / (2 * step)
                #expect(
                    abs(Double(values[index]) - expected) <= 1e-4 * Double(scale),
                    "\(graph.layers[place.layer].name) \(place.role) \(index): \(values[index]) for \(expected)",
                    sourceLocation: sourceLocation)
            }
        }
    }
}
