import Graphs
@testable import Sparsity
import Tensors
import TestSupport
import Testing

@Suite struct ScaleAndWeight {
    var graph = Graph()

    @Test("A scale is dead below the threshold, alive at it, whatever its sign; NaN is not dead")
    mutating func scale() throws {
        let threshold = Thresholds().scale
        let gamma: [Float] = [0, threshold, -threshold, threshold.nextDown, -threshold.nextDown, 1, .nan]
        let x = try graph.input([2, 2, 1]), end = try graph.norm(graph.convolution(x, 7), gamma: gamma)
        #expect(graph.criteria(end)[0].scale == [0, 3, 4])
        var loose = Thresholds()
        loose.scale = 1e-2
        #expect(graph.criteria(end, thresholds: loose)[0].scale == [0, 1, 2, 3, 4])
    }

    @Test("Without a normalization, or with one without scale, there is no verdict by scale")
    mutating func noScale() throws {
        let x = try graph.input([2, 2, 1]), conv = try graph.convolution(x, 2)
        #expect(graph.criteria(conv)[0].scale == nil)
        #expect(graph.criteria(conv)[0].statistics == nil)
        let norm = try graph.add(
            .batchNormalization(BatchNormalization(axis: 2)), [conv], weights: [.movingVariance: Tensor([1, 0])])
        #expect(graph.criteria(norm)[0].scale == nil)
        #expect(graph.criteria(norm)[0].statistics == [1])
    }

    @Test("A filter is dead by weight when the norm of its kernel is 0, or below the threshold and not at it")
    mutating func weight() throws {
        // Norms 0, 5, 4 and 0 with a sign.
        let x = try graph.input([2, 2, 2]), end = try graph.convolution(x, 4, [0, 3, 4, -0.0, 0, -4, 0, 0])
        var thresholds = Thresholds()
        for (threshold, dead) in [
            (Float(0), [0, 3]), (4, [0, 3]), (4.5, [0, 2, 3]), (5, [0, 2, 3]), (6, [0, 1, 2, 3]),
        ] {
            thresholds.weight = threshold
            #expect(graph.criteria(end, thresholds: thresholds)[0].weight == dead, "\(threshold)")
        }
    }

    @Test("A filter whose weights sum to 0 is not dead")
    mutating func cancelling() throws {
        let x = try graph.input([2, 2, 2]), end = try graph.convolution(x, 1, [1, -1])
        #expect(graph.criteria(end)[0].weight == [])
    }

    @Test("A depthwise filter has its own taps, multiplier innermost")
    mutating func depthwise() throws {
        let x = try graph.input([4, 2]), layer = DepthwiseConvolution(multiplier: 2, window: Window(size: [2]))
        // Taps × channels × multiplier: channel 0's second filter and channel 1's first are 0.
        let end = try graph.add(
            .depthwise(layer), [x], weights: [.depthwiseKernel: Tensor(shape: [2, 2, 2], [1, 0, 0, 1, -1, 0, 0, 2])])
        #expect(graph.criteria(end)[0].weight == [1, 2])
    }

    @Test("Transposed, separable and grouped kernels: the axis of the filters is each layer's own")
    mutating func otherKinds() throws {
        let x = try graph.input([4, 2]), one = Window(size: [1])
        let transposed = try graph.add(
            .transposed(TransposedConvolution(filters: 3, window: one)), [x],
            weights: [.kernel: Tensor(shape: [1, 3, 2], [1, 1, 0, 0, 0, 2])])
        let grouped = try graph.add(
            .convolution(Convolution(filters: 4, window: one, groups: 2)), [x],
            weights: [.kernel: Tensor(shape: [1, 1, 4], [1, 0, 0, 1])])
        let separable = try graph.add(
            .separable(SeparableConvolution(filters: 2, window: one)), [x],
            weights: [
                .depthwiseKernel: Tensor(shape: [1, 2, 1], [0, 1]),
                .pointwiseKernel: Tensor(shape: [1, 2, 2], [9, 9, 0, 1]),
            ])
        #expect(graph.criteria(transposed, grouped, separable).map(\.weight) == [[1], [1, 2], [0]])
    }
}

@Suite struct Statistics {
    var graph = Graph()

    @Test("The predicted share of positive outputs is the normal distribution's")
    func share() {
        let known = [
            (1.0, 0.0, 0.5), (1, 1, 0.8413447460685429), (1, -1, 0.15865525393145707), (2, -4, 0.02275013194817921),
            (-2, -4, 0.02275013194817921), (0.5, -1.5, 0.0013498980316300933),
        ]
        for (gamma, beta, expected) in known {
            #expect(abs(WeightCriteria.positiveShare(gamma: gamma, beta: beta) - expected) < 1e-12)
        }
        #expect(WeightCriteria.positiveShare(gamma: 0, beta: 1) == 1)
        #expect(WeightCriteria.positiveShare(gamma: 0, beta: 0) == 0)
        #expect(WeightCriteria.positiveShare(gamma: 1, beta: -40) >= 0)
    }

    @Test("Behind a ReLU a filter sleeps when its share is below the threshold: at Φ(−3.1), not at Φ(−3)")
    mutating func rectified() throws {
        let x = try graph.input([2, 2, 1]), conv = try graph.convolution(x, 4)
        let norm = try graph.norm(conv, gamma: [1, 1, -2, 0], beta: [-3, -3.1, -6.2, -1])
        #expect(graph.criteria(norm)[0].statistics == [])
        let end = try graph.relu(norm)
        #expect(graph.criteria(end)[0].statistics == [1, 2, 3])
    }

    @Test(
        "A variance below the threshold is a filter that never changed: the constant is β, also under other functions")
    mutating func variance() throws {
        let threshold = Thresholds().variance
        let x = try graph.input([2, 2, 1]), conv = try graph.convolution(x, 3)
        let norm = try graph.norm(
            conv, gamma: [1, 1, 1], beta: [2, 0, -9], variance: [0, threshold, threshold.nextDown])
        let end = try graph.add(.activation(.tanh), [norm])
        #expect(graph.criteria(end)[0].statistics == [0, 2])
        let bank = graph.banks(end)[0]
        #expect(WeightCriteria.asleep(graph.layers[2], bank, Thresholds()) == [0: 2, 2: -9])
    }

    @Test(
        "Where functions let something through below 0, no share puts a filter to sleep",
        arguments: [
            Activation.relu(slope: 0.1), .elu(), .tanh, .swish, .sigmoid, .sparsePlus, .sparseSigmoid,
            .softShrink(threshold: 2), .relu(threshold: -0.75), .linear,
        ])
    mutating func notRectified(activation: Activation) throws {
        let x = try graph.input([2, 2, 1]), norm = try graph.norm(graph.convolution(x, 1), gamma: [0.01], beta: [-0.5])
        let end = try graph.add(.activation(activation), [norm])
        #expect(graph.criteria(end)[0].statistics == [])
    }

    @Test(
        "What a normalization makes behind the activation is not rectified: a negative β does not put the filter to sleep"
    )
    mutating func behindActivation() throws {
        let x = try graph.input([2, 2, 1]), conv = try graph.convolution(x, 2, activation: .rectifier)
        let norm = try graph.norm(conv, gamma: [1, 1], beta: [-5, 0], variance: [1, 0])
        #expect(graph.criteria(norm)[0].statistics == [1])
    }
}

@Suite struct Unread {
    var graph = Graph()

    @Test("A filter is unread when every weight that meets it is 0 in all of its consumers")
    mutating func consumers() throws {
        let x = try graph.input([2, 2, 1]), conv = try graph.convolution(x, 3)
        let a = try graph.convolution(conv, 2, [0, 0, 0, 1, 0, 0]), b = try graph.convolution(conv, 1, [0, 0, 1])
        #expect(graph.criteria(a, b)[0].unread == [0])
        #expect(graph.criteria(a)[0].unread == [0])
        // As a model output everything is read.
        #expect(graph.criteria(a, b, conv)[0].unread == [])
    }

    @Test("Through normalization, pooling, flattening and sums it is the last reader that counts")
    mutating func carried() throws {
        let x = try graph.input([2, 2, 1]), conv = try graph.convolution(x, 2), other = try graph.convolution(x, 2)
        let sum = try graph.add(.merge(Merge(.add)), [graph.relu(graph.norm(conv, gamma: [1, 1])), other])
        let flat = try graph.add(.flatten(.channelsLast), [sum])
        // Channel 0 is read at one of four positions, channel 1 at none.
        let dense = try graph.add(
            .dense(Dense(units: 1)), [flat], weights: [.kernel: Tensor(shape: [8, 1], [0, 0, 0, 0, 5, 0, 0, 0])])
        #expect(graph.criteria(dense).map(\.unread) == [[1], [1], []])
    }

    @Test("Concatenation sorts readers by their offsets; a gate is read where one of its channels is")
    mutating func offsets() throws {
        let x = try graph.input([2, 2, 1]), a = try graph.convolution(x, 1), b = try graph.convolution(x, 2),
            gate = try graph.convolution(x, 1)
        let joined = try graph.add(.concatenate(Concatenate(axis: 2)), [a, b]),
            gated = try graph.add(.merge(Merge(.multiply)), [joined, gate])
        var deaf = graph
        let end = try graph.convolution(gated, 1, [0, 1, 0]), silent = try deaf.convolution(gated, 1, [0, 0, 0])
        #expect(graph.criteria(end).map(\.unread) == [[0], [1], [], []])
        #expect(deaf.criteria(silent).map(\.unread) == [[0], [0, 1], [0], []])
    }

    @Test("Layers that pin channels read them all; a layer that nobody reads has only unread filters")
    mutating func pinned() throws {
        let x = try graph.input([2, 2, 1]), conv = try graph.convolution(x, 2), loose = try graph.convolution(x, 2)
        let end = try graph.add(.opaque(Opaque(className: "Lambda")), [conv])
        #expect(graph.criteria(end).map(\.unread) == [[], [0, 1]])
        #expect(graph.shapes[loose] != nil)
    }
}
