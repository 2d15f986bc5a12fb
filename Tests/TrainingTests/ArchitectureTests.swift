import Graphs
import Tensors
import Testing
@testable import Training

@Suite struct ArchitectureTests {
    private func graph(
        _ network: NamedNetwork, _ shape: [Int] = [32, 32, 3], classes: Int = 10, seed: UInt64 = 1,
        _ change: (inout NetworkDesign) -> Void = { _ in }
    ) throws -> Graph {
        var design = NetworkDesign(network, inputShape: shape, classes: classes)
        change(&design)
        return try design.graph(seed: seed)
    }

    /// The filters of every convolution, in order.
    private func filters(_ graph: Graph) -> [Int] {
        graph.layers.compactMap { if case let .convolution(c) = $0.operation { c.filters } else { nil } }
    }

    private func kernelWeights(_ graph: Graph) -> Int {
        graph.layers.reduce(0) { if case .convolution = $1.operation { $0 + ($1[.kernel]?.count ?? 0) } else { $0 } }
    }

    private func units(_ graph: Graph) -> [Int] {
        graph.layers.compactMap { if case let .dense(d) = $0.operation { d.units } else { nil } }
    }

    private func shape(_ graph: Graph, of layer: String) throws -> TensorShape? {
        let node = try #require(graph.nodes.first { graph.layers[$0.layer].name == layer })
        return graph.shapes[node.outputs[0]]
    }

    @Test("BasicNet in its three widths: the paper's filters and weights")
    func basicNet() throws {
        let whole = try graph(.basicnet)
        #expect(filters(whole) == [64, 128, 128, 256, 256, 512, 512])
        #expect(filters(whole).reduce(0, +) == 1856)
        #expect(kernelWeights(whole) == 4_649_664)
        #expect(try filters(graph(.basicnet) { $0.width = 0.5 }) == [64, 64, 64, 128, 128, 256, 256])
        #expect(try filters(graph(.basicnet) { $0.width = 0.25 }) == [32, 32, 32, 64, 64, 128, 128])
        #expect(units(whole) == [256, 10])
        #expect(try shape(whole, of: "relu7") == [4, 4, 512])
        // Kernels, four numbers for each BN channel, the head: 512·256 + 4·256 + 256·10 + 10.
        #expect(whole.parameters == 4_649_664 + 4 * 1856 + 131_072 + 1024 + 2570)
        #expect(whole.layers.prefix(5).map(\.name) == ["input", "conv1", "bn1", "relu1", "conv2"])
        #expect(whole.layers.suffix(2).map(\.name) == ["logits", "softmax"])
    }

    @Test(
        "BasicNet's head follows the size of the images",
        arguments: [
            ([28, 28, 1], 10, [256, 10]), ([32, 32, 3], 100, [256, 100]), ([64, 64, 3], 200, [512, 256, 200]),
            ([224, 224, 3], 1000, [4096, 2048, 1000]),
        ])
    func heads(input: [Int], classes: Int, expected: [Int]) throws {
        let made = try graph(.basicnet, input, classes: classes) { $0.width = 0.25 }
        #expect(units(made) == expected)
        #expect(made.shapes[made.outputs[0]] == [classes])
        if input[0] == 224 { #expect(try shape(made, of: "average_pool") == [6, 6, 128]) }
    }

    @Test("BasicNet's poolings are where they are asked for")
    func poolings() throws {
        let made = try graph(.basicnet) {
            $0.poolings = [1, 7]; $0.width = 0.25
        }
        #expect(made.layers.map(\.name).filter { $0.hasPrefix("pool") } == ["pool1", "pool7"])
        #expect(try shape(made, of: "pool7") == [8, 8, 128])
        #expect(try graph(.basicnet) { $0.poolings = [] }.layers.allSatisfy { !$0.name.hasPrefix("pool") })
    }

    @Test(
        "VGG: filters, heads, shapes",
        arguments: [(NamedNetwork.vgg11, 2752), (.vgg13, 2944), (.vgg16, 4224), (.vgg19, 5504)])
    func vgg(network: NamedNetwork, expected: Int) throws {
        // An eighth of the width: every layer's filters divide by 8.
        let made = try graph(network) { $0.width = 0.125 }
        #expect(filters(made).reduce(0, +) * 8 == expected)
        #expect(filters(made).allSatisfy { [8, 16, 32, 64].contains($0) })
        #expect(units(made) == [512, 10])
        #expect(try shape(made, of: "conv5_1") == [2, 2, 64])
        #expect(try units(graph(network, [64, 64, 3], classes: 200) { $0.width = 0.1 }) == [512, 256, 200])
        #expect(try units(graph(network) { $0.head = .linear }) == [10])
        #expect(made.layers.allSatisfy { if case .dropout = $0.operation { false } else { true } })
    }

    @Test("VGG for ImageNet has the original head: biases, dropout of a half")
    func vggImageNet() throws {
        let made = try graph(.vgg16, [224, 224, 3], classes: 1000) { $0.width = 1 / 16 }
        #expect(units(made) == [4096, 4096, 1000])
        #expect(try shape(made, of: "flatten") == [7 * 7 * 32])
        #expect(
            made.layers.filter { $0.operation == .dropout(rate: 0.5) }.map(\.name) == ["fc1_dropout", "fc2_dropout"])
    }

    @Test("Residual networks: the numbers of weights known from elsewhere")
    func residual() throws {
        let small = try graph(.resnet20), large = try graph(.resnet56)
        #expect(small.layers.filter { $0[.kernel] != nil && !$0.name.contains("shortcut") }.count == 20)
        #expect(large.layers.filter { $0[.kernel] != nil && !$0.name.contains("shortcut") }.count == 56)
        // Trained weights with projections, and two moving statistics for each BN channel.
        #expect(small.parameters == 272_474 + 2 * 784)
        #expect(try shape(small, of: "stage3_block3_relu2") == [8, 8, 64])
        let fifty = try graph(.resnet50, [224, 224, 3], classes: 1000)
        #expect(fifty.parameters == 25_557_032 + 53_120)
        #expect(try shape(fifty, of: "stage4_block3_relu3") == [7, 7, 2048])
    }

    @Test("MLP and small CNN: biases, no BN")
    func small() throws {
        let mlp = try graph(.mlp, [28, 28, 1])
        #expect(mlp.parameters == 784 * 1000 + 1000 + 1000 * 10 + 10)
        #expect(try units(graph(.mlp, [28, 28, 1]) { $0.hiddenUnits = [300, 100] }) == [300, 100, 10])
        let cnn = try graph(.smallcnn, [28, 28, 1])
        #expect(filters(cnn) == [32, 64])
        #expect(try shape(cnn, of: "flatten") == [7 * 7 * 64])
        #expect(
            (mlp.layers + cnn.layers).allSatisfy { $0[.gamma] == nil && ($0[.kernel] == nil) == ($0[.bias] == nil) })
    }

    @Test("Same seed, same weights; layers are independent of each other and of what is around them")
    func seeds() throws {
        let a = try graph(.basicnet, seed: 7) { $0.width = 0.25 }, b = try graph(.basicnet, seed: 7) { $0.width = 0.25 }
        #expect(zip(a.layers, b.layers).allSatisfy { $0.weights.map(\.tensor) == $1.weights.map(\.tensor) })
        func kernel(_ graph: Graph, _ name: String) throws -> Tensor {
            try #require(graph.layers.first { $0.name == name }?[.kernel])
        }
        let other = try graph(.basicnet, seed: 8) { $0.width = 0.25 }
        #expect(try kernel(a, "conv3") != kernel(other, "conv3"))
        // conv2 and conv3 have one shape.
        #expect(try kernel(a, "conv2") != kernel(a, "conv3"))
        #expect(
            try kernel(a, "conv3")
                == kernel(
                    graph(.basicnet, classes: 100, seed: 7) {
                        $0.width = 0.25; $0.poolings = [1]
                    }, "conv3"))
    }

    @Test(
        "Kernels are uniform with variance 4 / (fan in + fan out)",
        arguments: [("conv3", 9 * (32 + 32)), ("conv7", 9 * (128 + 128)), ("fc1", 128 + 256)])
    func variance(name: String, fans: Int) throws {
        let kernel = try #require(try graph(.basicnet) { $0.width = 0.25 }.layers.first { $0.name == name }?[.kernel])
            .elements.map(Double.init)
        let mean = kernel.reduce(0, +) / Double(kernel.count),
            variance = kernel.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(kernel.count)
        let wanted = 4 / Double(fans), limit = (12 / Double(fans)).squareRoot()
        #expect(abs(mean) < 5 * (wanted / Double(kernel.count)).squareRoot())
        #expect(abs(variance / wanted - 1) < 0.05)
        #expect(kernel.allSatisfy { abs($0) <= limit * 1.000001 } && (kernel.max() ?? 0) > 0.99 * limit)
    }

    @Test("What BN starts with, the slope, ε and momentum are as designed")
    func numbers() throws {
        let made = try graph(.resnet20) {
            $0.gamma = .constant(0.5); $0.beta = -0.1; $0.leakySlope = 0.01
        }
        for layer in made.layers {
            if case let .batchNormalization(b) = layer.operation {
                #expect(b.epsilon == 1e-5 && b.momentum == 0.9 && b.axis == 2)
                let first = [WeightRole.gamma, .beta, .movingMean, .movingVariance].compactMap { layer[$0]?[0] }
                #expect(first == [0.5, -0.1, 0, 1])
            }
            if case let .activation(a) = layer.operation, layer.name != "softmax" { #expect(a == .relu(slope: 0.01)) }
        }
    }

    @Test("Scales drawn from 0 to 1 are spread evenly, another draw in each layer and for each seed")
    func uniformScales() throws {
        let made = try graph(.vgg16) { $0.gamma = .uniform }, scales = made.layers.compactMap { $0[.gamma]?.elements }
        let all = scales.flatMap { $0 }.sorted(), count = Double(all.count)
        // The largest distance between the draws' distribution and the even one: 1.95/√n is passed once in a thousand
        // draws.
        let distance = all.enumerated().map { abs((Double($0.offset) + 0.5) / count - Double($0.element)) }.max() ?? 1
        #expect(distance < 1.95 / count.squareRoot() && (all.first ?? -1) >= 0 && (all.last ?? 1) < 1)
        #expect(Set(scales.map { $0.prefix(64).map(\.self) }).count == scales.count)
        #expect(made.layers.allSatisfy { ($0[.beta]?.elements ?? []).allSatisfy { $0 == 0 } || $0.name == "logits" })
    }

    @Test("Images of which nothing would be left are refused in one line")
    func tooSmall() {
        #expect { try graph(.vgg16, [8, 8, 3]) } throws: {
            "\($0)"
                == "vgg16: images of 8×8×3 are too small, nothing is left of them at 'pool4'; take larger images, or another network or head"
        }
        #expect(throws: ArchitectureError.inputTooSmall(network: .basicnet, input: [4, 40, 3], layer: "pool6")) {
            try graph(.basicnet, [4, 40, 3]) { $0.width = 0.25 }
        }
    }

    @Test(
        "Designs that no network has are refused",
        arguments: [
            NetworkDesign(.mlp, inputShape: [28, 28], classes: 10),
            NetworkDesign(.mlp, inputShape: [1 << 20, 1 << 20, 1 << 40], classes: 10),
            NetworkDesign(.mlp, inputShape: [28, 0, 1], classes: 10),
            NetworkDesign(.mlp, inputShape: [28, 28, 1], classes: 0),
            with { $0.width = 0 }, with { $0.width = .nan }, with { $0.width = 1e9 }, with { $0.poolings = [8] },
            with { $0.dropout = 1 }, with { $0.hiddenUnits = [-1] }, with { $0.gamma = .constant(.infinity) },
        ])
    func refused(design: NetworkDesign) {
        #expect(throws: ArchitectureError.self) { try design.graph(seed: 0) }
    }

    @Test("A kernel beyond any memory is refused before it is made")
    func tooLarge() {
        let design = NetworkDesign(.mlp, inputShape: [16_384, 16_384, 1], classes: 10)
        #expect(throws: ArchitectureError.tooLarge(network: .mlp, layer: "fc1", shape: [1 << 28, 1000])) {
            try design.graph(seed: 0)
        }
    }
}

private func with(_ change: (inout NetworkDesign) -> Void) -> NetworkDesign {
    var design = NetworkDesign(.basicnet, inputShape: [32, 32, 3], classes: 10)
    change(&design)
    return design
}
