import Graphs
import Sparsity
import Tensors
import TestSupport
import Testing

@Suite struct FilterBanks {
    var graph = Graph()

    @Test("Convolution, normalization, ReLU: life shows behind all three, dropout after them changes nothing")
    mutating func chain() throws {
        let x = try graph.input([4, 4, 1]), conv = try graph.convolution(x, 2),
            norm = try graph.norm(conv, gamma: [1, 1]), relu = try graph.relu(norm)
        let end = try graph.add(.identity, [relu])
        let bank = try #require(graph.banks(end).first)
        #expect((bank.layer, bank.name, bank.filters, bank.output, bank.axis) == (1, "layer1", 2, conv, 2))
        #expect((bank.normalization, bank.activation, bank.function) == (2, relu, .rectifier))
        #expect(!bank.normalizesActivation)
    }

    @Test("A fused activation shows life at once; a normalization behind it still gives its scale")
    mutating func fused() throws {
        let x = try graph.input([4, 4, 1]), conv = try graph.convolution(x, 2, activation: .elu()),
            norm = try graph.norm(conv, gamma: [1, 1])
        let end = try graph.relu(norm)
        let bank = try #require(graph.banks(end).first)
        #expect((bank.normalization, bank.activation, bank.function) == (2, conv, .elu()))
        #expect(bank.normalizesActivation)
    }

    @Test("An activation layer before the normalization counts as fused")
    mutating func activationFirst() throws {
        let x = try graph.input([4, 4, 1]), conv = try graph.convolution(x, 2), relu = try graph.relu(conv),
            norm = try graph.norm(relu, gamma: [1, 1])
        let bank = try #require(graph.banks(norm).first)
        #expect((bank.normalization, bank.activation, bank.function) == (3, relu, .rectifier))
        #expect(bank.normalizesActivation)
    }

    @Test(
        "Nothing that others read too belongs to the filters: a second reader, a model output, a pooling end the walk")
    mutating func ends() throws {
        let x = try graph.input([4, 4, 1]), conv = try graph.convolution(x, 2),
            norm = try graph.norm(conv, gamma: [1, 1]), relu = try graph.relu(norm)
        #expect(graph.banks(relu, conv)[0].normalization == nil)
        #expect(graph.banks(relu, norm)[0].activation == norm)
        #expect(graph.banks(relu, norm)[0].function == .linear)
        var forked = graph
        let other = try forked.relu(conv)
        #expect(forked.banks(relu, other)[0].activation == conv)
        var pooled = Graph()
        let y = try pooled.convolution(pooled.input([4, 4, 1]), 2)
        let pool = try pooled.add(.pooling(Pooling(.max, window: Window(size: [2, 2]))), [y])
        let rectified = try pooled.relu(pool)
        #expect(pooled.banks(rectified)[0].activation == y)
    }

    @Test("In pre-activation networks the normalization of the sum belongs to no filter")
    mutating func preActivation() throws {
        let x = try graph.input([4, 4, 2]), first = try graph.convolution(x, 2)
        let branch = try graph.convolution(graph.relu(graph.norm(first, gamma: [1, 1])), 2)
        let sum = try graph.add(.merge(Merge(.add)), [first, branch]),
            end = try graph.relu(graph.norm(sum, gamma: [0, 0]))
        let banks = graph.banks(end)
        #expect(banks.map(\.output) == [first, branch])
        #expect(banks.map(\.normalization) == [nil, nil])
        #expect(banks.map(\.activation) == [first, branch])
    }

    @Test("A shared layer counts once; two layers that share a normalization have each its own call of it")
    mutating func shared() throws {
        let x = try graph.input([4, 4, 1]), y = try graph.input([4, 4, 1])
        let a = try graph.convolution(x, 2), b = graph.call(2, [y])[0]
        let c = try graph.convolution(y, 2)
        let na = try graph.norm(a, gamma: [1, 0]), nc = graph.call(4, [c])[0]
        try graph.inferShapes()
        let banks = graph.banks(na, nc, b)
        #expect(banks.map(\.layer) == [2, 3])
        #expect(banks.map(\.normalization) == [5, 6])
        #expect(graph.criteria(na, nc, b).map(\.scale) == [[1], [1]])
    }

    @Test("A normalization along another axis than the filters' gives them no scale")
    mutating func otherAxis() throws {
        let x = try graph.input([3, 2, 1]), conv = try graph.convolution(x, 4),
            norm = try graph.norm(conv, axis: 1, gamma: [0, 0])
        let bank = try #require(graph.banks(norm).first)
        #expect((bank.normalization, bank.activation) == (nil, conv))
        let criteria = try #require(graph.criteria(norm).first)
        #expect(criteria.scale == nil && criteria.statistics == nil)
    }

    @Test("Only the first of two normalizations is the filters'")
    mutating func twice() throws {
        let x = try graph.input([3, 2, 1]), conv = try graph.convolution(x, 2),
            first = try graph.norm(conv, gamma: [1, 1]), second = try graph.norm(first, gamma: [1, 1])
        #expect(graph.banks(second)[0].normalization == 2)
        #expect(graph.banks(second)[0].activation == first)
    }

    @Test("A PReLU lets negative values through; a softmax layer is no filter's function")
    mutating func functions() throws {
        let x = try graph.input([4]),
            dense = try graph.add(.dense(Dense(units: 2)), [x], weights: [.kernel: Tensor(shape: [4, 2])])
        var soft = graph
        let parametric = try graph.add(
            .parametricReLU(ParametricReLU()), [dense], weights: [.alpha: Tensor(shape: [2])])
        #expect(graph.banks(parametric)[0].activation == parametric)
        #expect(graph.banks(parametric)[0].function == .relu(slope: 1))
        let softmax = try soft.add(.activation(.softmax()), [dense])
        #expect(soft.banks(softmax)[0].activation == dense)
        #expect(soft.banks(softmax)[0].function == .linear)
    }

    @Test("Channels first, the axis is the first; every kind of layer with filters has a bank, in the graph's order")
    mutating func kinds() throws {
        let window = Window(size: [1, 1], dataFormat: .channelsFirst)
        let x = try graph.input([2, 3, 3])
        let a = try graph.convolution(x, 4, format: .channelsFirst)
        let b = try graph.add(
            .depthwise(DepthwiseConvolution(multiplier: 2, window: window)), [a],
            weights: [.depthwiseKernel: Tensor(shape: [1, 1, 4, 2])])
        let c = try graph.add(
            .separable(SeparableConvolution(filters: 3, window: window)), [b],
            weights: [.depthwiseKernel: Tensor(shape: [1, 1, 8, 1]), .pointwiseKernel: Tensor(shape: [1, 1, 8, 3])])
        let d = try graph.add(
            .transposed(TransposedConvolution(filters: 5, window: window)), [c],
            weights: [.kernel: Tensor(shape: [1, 1, 5, 3])])
        let e = try graph.add(
            .dense(Dense(units: 6)), [graph.add(.globalPooling(GlobalPooling(.max, dataFormat: .channelsFirst)), [d])],
            weights: [.kernel: Tensor(shape: [5, 6])])
        let banks = graph.banks(e)
        #expect(banks.map(\.output) == [a, b, c, d, e])
        #expect(banks.map(\.filters) == [4, 8, 3, 5, 6])
        #expect(banks.map(\.axis) == [0, 0, 0, 0, 0])
    }
}
