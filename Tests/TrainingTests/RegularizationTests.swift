import Graphs
import Tensors
import Testing
@testable import Training

/// Regularizers of a layer's own, beside those of the recipe.
@Suite struct RegularizationTests {
    /// How the weights of a network change in one step at rate 1 from those they have without regularizers.
    private func change(
        frozen: Bool = false, _ regularizers: [WeightRole: Regularization.Regularizer], recipe l2: Double = 0,
        slimming: Double = 0
    ) throws -> [WeightRole: [Float]] {
        func weights(_ regularizers: [WeightRole: Regularization.Regularizer]) throws -> [Weight] {
            var net = try NetworkUnderTest(shape: [2, 2, 1])
            try net.add(
                .convolution(Convolution(filters: 2, window: Window(size: [1, 1]))),
                [.kernel: [1, 1, 1, 2], .bias: [2]])
            try net.normalize(2)
            try net.add(.flatten(.channelsLast))
            try net.add(.dense(Dense(units: 2, activation: .softmax())), [.kernel: [8, 2], .bias: [2]])
            var graph = net.graph
            graph.outputs = [net.last]
            graph.layers[1][.kernel] = Tensor(shape: [1, 1, 1, 2], [0.5, -0.25])
            graph.layers[1][.bias] = Tensor([0, 2])
            graph.layers[2][.gamma] = Tensor([1, -1])
            for layer in LayerID(1)...2 {
                graph.layers[layer].regularization.regularizers = regularizers
                graph.layers[layer].isFrozen = frozen
            }
            let recipe = TrainingRecipe(
                optimizer: .sgd(momentum: 0), learningRate: 1, l2: l2, slimming: slimming,
                schedule: LearningRateSchedule(epochs: [1]), batch: 2)
            let trainer = try Trainer(graph, recipe: recipe, threads: 1)
            _ = trainer.learn(Tensor(shape: [2, 2, 2, 1], [1, 2, -1, 3, 0.5, 1, 1, -2]), labels: [0, 1], factor: 1)
            return trainer.network.layers[1].weights + trainer.network.layers[2].weights
        }
        return Dictionary(
            uniqueKeysWithValues: zip(try weights(regularizers), try weights([:])).map {
                ($0.role, zip($0.tensor.elements, $1.tensor.elements).map { $0 - $1 })
            })
    }

    private func near(_ a: [Float]?, _ b: [Float]) -> Bool {
        a.map { $0.count == b.count && zip($0, b).allSatisfy { abs($0 - $1) < 1e-6 } } ?? false
    }

    @Test("L2 is 2λw on its own weight, L1 is λ sign(w) and nothing at 0")
    func gradients() throws {
        let change = try change([.kernel: .init(l2: 0.1), .bias: .init(l1: 0.25), .gamma: .init(l1: 0.5, l2: 0.125)])
        #expect(
            near(change[.kernel], [-0.1, 0.05]) && near(change[.bias], [0, -0.25])
                && near(change[.gamma], [-0.75, 0.75]))
        #expect(near(change[.beta], [0, 0]) && near(change[.movingMean], [0, 0]))
    }

    @Test("They come on top of the recipe's own")
    func sums() throws {
        let alone = try change([.kernel: .init(l2: 0.1), .gamma: .init(l1: 0.5)]),
            together = try change([.kernel: .init(l2: 0.1), .gamma: .init(l1: 0.5)], recipe: 0.25, slimming: 0.125)
        // Both sides of the second difference have the recipe's regularizers.
        #expect(near(together[.kernel], alone[.kernel] ?? []) && near(together[.gamma], alone[.gamma] ?? []))
    }

    @Test("A frozen layer stays as it is")
    func frozen() throws { #expect(try change(frozen: true, [.kernel: .init(l2: 0.1)])[.kernel] == [0, 0]) }

    @Test("They are told by the weights and layers that they are of")
    func words() throws {
        var graph = Graph()
        for name in ["a", "b", "c"] {
            var layer = Layer(
                name: name, operation: .dense(Dense(units: 1)),
                weights: [Weight(.kernel, Tensor([1])), Weight(.bias, Tensor([1]))])
            layer.regularization.regularizers =
                name == "c" ? [.bias: .init(l1: 0.5)] : [.kernel: .init(l1: 0.5, l2: 0.25), .gamma: .init(l1: 1)]
            layer.regularization.others =
                name == "b" ? [] : ["activity_regularizer (L1)", "kernel_constraint (MaxNorm)"]
            layer.isFrozen = name == "c"
            graph.layers.append(layer)
        }
        #expect(graph.appliedRegularizers == ["L1 0.5 and L2 0.25 on the kernel of 'a', 'b'"])
        #expect(
            graph.unappliedRegularization == [
                "activity_regularizer (L1) of 'a', 'c'", "kernel_constraint (MaxNorm) of 'a'",
            ])
    }
}
