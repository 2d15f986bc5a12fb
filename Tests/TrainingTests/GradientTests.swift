import Graphs
import Tensors
import Testing
@testable import Training

/// Every layer's backward pass against central differences of the same network in Float64.
@Suite struct GradientTests {
    @Test(
        "Convolutions: windows, strides, dilation, padding, groups, bias, one or two axes",
        arguments: [
            Convolution(filters: 5, window: Window(size: [3, 3], padding: .same)),
            Convolution(filters: 4, window: Window(size: [3, 3]), activation: .tanh),
            Convolution(filters: 3, window: Window(size: [5, 3], strides: [2, 1], padding: .same)),
            Convolution(filters: 6, window: Window(size: [3, 3], dilation: [2, 2], padding: .same), groups: 3),
            Convolution(filters: 7, window: Window(size: [1, 1], strides: [2, 2])),
            Convolution(filters: 4, window: Window(size: [2, 4], strides: [1, 3], padding: .same)),
            Convolution(filters: 17, window: Window(size: [7, 6])),
        ])
    func convolution(_ convolution: Convolution) throws {
        var net = try NetworkUnderTest(shape: [7, 6, 3])
        try net.add(
            .convolution(Convolution(filters: 3, window: Window(size: [3, 3], padding: .same))),
            [.kernel: [3, 3, 3, 3]])
        let size = convolution.window.size, inputs = 3 / convolution.groups
        try net.add(
            .convolution(convolution), [.kernel: size + [inputs, convolution.filters], .bias: [convolution.filters]])
        try net.check()
    }

    @Test("One axis, causal too", arguments: [Padding.same, .valid, .causal])
    func oneAxis(_ padding: Padding) throws {
        var net = try NetworkUnderTest(shape: [9, 2])
        try net.add(
            .convolution(Convolution(filters: 3, window: Window(size: [3], dilation: [2], padding: padding))),
            [.kernel: [3, 2, 3], .bias: [3]])
        try net.add(
            .convolution(Convolution(filters: 4, window: Window(size: [3], strides: [2], padding: padding))),
            [.kernel: [3, 3, 4]])
        try net.check()
    }

    @Test("Depthwise, separable and transposed convolutions", arguments: [1, 2])
    func others(_ stride: Int) throws {
        var net = try NetworkUnderTest(shape: [6, 5, 3])
        let window = Window(size: [3, 3], strides: [stride, stride], padding: .same)
        try net.add(
            .depthwise(DepthwiseConvolution(multiplier: 2, window: window, activation: .sigmoid)),
            [.depthwiseKernel: [3, 3, 3, 2], .bias: [6]])
        try net.add(
            .separable(SeparableConvolution(filters: 4, multiplier: 2, window: Window(size: [3, 2]))),
            [.depthwiseKernel: [3, 2, 6, 2], .pointwiseKernel: [1, 1, 12, 4], .bias: [4]])
        try net.add(
            .transposed(TransposedConvolution(filters: 5, window: window)), [.kernel: [3, 3, 5, 4], .bias: [5]])
        try net.add(
            .transposed(TransposedConvolution(filters: 2, window: Window(size: [2, 3], strides: [2, 2]))),
            [.kernel: [2, 3, 2, 5]])
        try net.check()
    }

    @Test(
        "Batch normalization, with and without rectifier, γ and β",
        arguments: [nil, Activation.rectifier, .relu(slope: 0.1), .relu6])
    func normalization(_ activation: Activation?) throws {
        var net = try NetworkUnderTest(shape: [4, 5, 3])
        try net.add(
            .convolution(Convolution(filters: 5, window: Window(size: [3, 3], padding: .same))),
            [.kernel: [3, 3, 3, 5]])
        try net.normalize(5)
        if let activation { try net.add(.activation(activation)) }
        try net.add(.convolution(Convolution(filters: 3, window: Window(size: [3, 3]))), [.kernel: [3, 3, 5, 3]])
        try net.add(.batchNormalization(BatchNormalization(axis: 2)), [.movingMean: [3], .movingVariance: [3]])
        try net.add(.flatten(.channelsLast))
        try net.add(.dense(Dense(units: 6)), [.kernel: [2 * 3 * 3, 6]])
        try net.normalize(6, axis: 0)
        if let activation { try net.add(.activation(activation)) }
        try net.check()
    }

    @Test("PReLU: a slope for each channel, element, or position; one for all")
    func parametricReLU() throws {
        var net = try NetworkUnderTest(shape: [5, 4, 2])
        try net.add(.parametricReLU(ParametricReLU(sharedAxes: [0])), [.alpha: [1, 4, 2]])
        try net.add(
            .convolution(Convolution(filters: 3, window: Window(size: [3, 3], padding: .same))),
            [.kernel: [3, 3, 2, 3], .bias: [3]])
        try net.add(.parametricReLU(ParametricReLU(sharedAxes: [0, 1])), [.alpha: [1, 1, 3]])
        try net.add(.convolution(Convolution(filters: 2, window: Window(size: [2, 2]))), [.kernel: [2, 2, 3, 2]])
        try net.add(.parametricReLU(ParametricReLU()), [.alpha: [4, 3, 2]])
        try net.add(.permute(Permute(order: [2, 0, 1])))
        try net.add(.parametricReLU(ParametricReLU(sharedAxes: [2])), [.alpha: [2, 4, 1]])
        try net.add(.parametricReLU(ParametricReLU(sharedAxes: [0, 1, 2])), [.alpha: [1, 1, 1]])
        try net.add(.flatten(.channelsLast))
        try net.add(.dense(Dense(units: 7)), [.kernel: [24, 7]])
        try net.add(.parametricReLU(ParametricReLU()), [.alpha: [7]])
        try net.check()
    }

    @Test("Layer normalization: axes, with and without γ and β, without centering", arguments: [false, true])
    func layerNormalization(_ rootMeanSquare: Bool) throws {
        var net = try NetworkUnderTest(shape: [5, 4, 3])
        func norm(_ axes: [Int]) -> Operation {
            .layerNormalization(LayerNormalization(axes: axes, rootMeanSquare: rootMeanSquare))
        }
        let beta: WeightRole = rootMeanSquare ? .unknown(0) : .beta
        try net.add(norm([0, 2]), [.gamma: [5, 3], beta: [5, 3]])
        try net.add(
            .convolution(Convolution(filters: 6, window: Window(size: [3, 3], padding: .same))),
            [.kernel: [3, 3, 3, 6], .bias: [6]])
        try net.add(norm([2]), [.gamma: [6], beta: [6]])
        try net.add(.convolution(Convolution(filters: 4, window: Window(size: [2, 2]))), [.kernel: [2, 2, 6, 4]])
        try net.add(norm([0, 1, 2]), [beta: [4, 3, 4]])
        try net.add(norm([1]))
        try net.check()
    }

    @Test("A softmax inside: over channels, over places", arguments: [[-1], [0, 1], [1]])
    func softmax(_ axes: [Int]) throws {
        var net = try NetworkUnderTest(shape: [4, 3, 2])
        let a = try net.add(
            .convolution(Convolution(filters: 5, window: Window(size: [3, 3], padding: .same))),
            [.kernel: [3, 3, 2, 5], .bias: [5]])
        let gate = try net.add(.activation(.softmax(axes: axes)))
        let gated = try net.add(.merge(Merge(.multiply)), from: [a, gate])
        try net.add(.dense(Dense(units: 4, activation: .softmax())), [.kernel: [5, 4]], from: [gated])
        try net.check()
    }

    @Test("Frozen layers hand gradients on, by their moving statistics where they normalize, and do not change")
    func frozen() throws {
        var net = try NetworkUnderTest(shape: [5, 4, 3])
        try net.add(
            .convolution(Convolution(filters: 4, window: Window(size: [3, 3], padding: .same))),
            [.kernel: [3, 3, 3, 4], .bias: [4]])
        try net.normalize(4)
        try net.add(.activation(.rectifier))
        try net.add(
            .convolution(Convolution(filters: 3, window: Window(size: [2, 2]))), [.kernel: [2, 2, 4, 3], .bias: [3]])
        for layer: LayerID in [2, 4] { net.graph.layers[layer].isFrozen = true }
        try net.check()

        let recipe = TrainingRecipe(
            optimizer: .adam(), l2: 0.1, weightDecay: 0, schedule: LearningRateSchedule(epochs: [1]), batch: 2)
        let trainer = try Trainer(net.graph, recipe: recipe, threads: 1),
            images = Tensor(shape: [2, 5, 4, 3], (0..<120).map { Float($0 % 7) - 3 })
        for _ in 0..<2 { _ = trainer.learn(images, labels: [0, 1], factor: 1) }
        for (old, new) in zip(net.graph.layers, trainer.network.layers) where !old.weights.isEmpty {
            #expect(zip(old.weights, new.weights).allSatisfy { $0.tensor == $1.tensor } == old.isFrozen, "\(old.name)")
        }
    }

    @Test(
        "Every activation",
        arguments: [
            Activation.elu(alpha: 0.7), .selu, .celu(alpha: 1.3), .sigmoid, .hardSigmoid(), .tanh, .hardTanh,
            .exponential, .softplus, .softsign, .swish, .hardSwish,
            .gelu(), .gelu(approximate: true), .mish, .logSigmoid, .tanhShrink, .hardShrink(), .softShrink(),
            .threshold(0.2, value: -1), .squareplus(),
            .sparsePlus, .sparseSigmoid, .relu(), .relu(maximum: 0.8, slope: 0.2, threshold: 0.1),
        ])
    func activation(_ activation: Activation) throws {
        var net = try NetworkUnderTest(shape: [11])
        try net.add(.dense(Dense(units: 13)), [.kernel: [11, 13], .bias: [13]])
        try net.add(.activation(activation))
        try net.check()
    }

    @Test("Poolings, overlapping and padded", arguments: [PoolingKind.max, .average])
    func pooling(_ kind: PoolingKind) throws {
        var net = try NetworkUnderTest(shape: [9, 8, 2])
        try net.add(.convolution(Convolution(filters: 3, window: Window(size: [2, 2]))), [.kernel: [2, 2, 2, 3]])
        try net.add(.pooling(Pooling(kind, window: Window(size: [3, 2], strides: [1, 2], padding: .same))))
        try net.add(.pooling(Pooling(kind, window: Window(size: [2, 2], strides: [2, 2]))))
        try net.add(
            .convolution(Convolution(filters: 4, window: Window(size: [2, 2], padding: .same))),
            [.kernel: [2, 2, 3, 4]])
        try net.add(.globalPooling(GlobalPooling(kind)))
        try net.check()
    }

    @Test(
        "Sums, products and other combinations, broadcast",
        arguments: [Merge.Kind.add, .subtract, .multiply, .average, .maximum, .minimum])
    func merges(_ kind: Merge.Kind) throws {
        var net = try NetworkUnderTest(shape: [4, 3, 2])
        let a = try net.add(
            .convolution(Convolution(filters: 5, window: Window(size: [3, 3], padding: .same))),
            [.kernel: [3, 3, 2, 5], .bias: [5]])
        let b = try net.add(
            .convolution(Convolution(filters: 5, window: Window(size: [1, 1]))), [.kernel: [1, 1, 2, 5], .bias: [5]],
            from: [net.input])
        let sum = try net.add(.merge(Merge(kind)), from: [a, b])
        let squeezed = try net.add(.globalPooling(GlobalPooling(.average, keepDimensions: true)), from: [sum])
        let gate = try net.add(.dense(Dense(units: 5, activation: .sigmoid)), [.kernel: [5, 5]], from: [squeezed])
        try net.add(.merge(Merge(kind)), from: kind == .subtract ? [gate, sum] : [sum, gate])
        try net.check()
    }

    @Test("Tensors that several layers read, and layers that are called twice")
    func shared() throws {
        var net = try NetworkUnderTest(shape: [4, 4, 3])
        let first = try net.add(
            .convolution(Convolution(filters: 3, window: Window(size: [3, 3], padding: .same))),
            [.kernel: [3, 3, 3, 3], .bias: [3]])
        let again = net.call(net.graph.layers.lastID, from: [first])
        let third = net.call(net.graph.layers.lastID, from: [again])
        let sum = try net.add(.merge(Merge(.add)), from: [first, again, third])
        try net.add(.merge(Merge(.multiply)), from: [sum, sum])
        try net.check()
    }

    @Test("Concatenation, slices, padding, cropping, permutation, reshaping, upsampling, rescaling")
    func movement() throws {
        var net = try NetworkUnderTest(shape: [5, 4, 2])
        let a = try net.add(
            .convolution(Convolution(filters: 4, window: Window(size: [3, 3], padding: .same))),
            [.kernel: [3, 3, 2, 4], .bias: [4]])
        let slice = try net.add(.slice(Slice(axis: 2, start: 1, stop: 3)), from: [a])
        let joined = try net.add(.concatenate(Concatenate(axis: 2)), from: [a, slice, a])
        try net.add(.padding(ZeroPadding(amounts: [Amounts(1, 2), Amounts(0, 1)])), from: [joined])
        try net.add(.cropping(Cropping(amounts: [Amounts(0, 3), Amounts(1, 0)])))
        try net.add(.rescaling(Rescaling(scale: (0..<10).map { 0.3 + Float($0) / 5 }, offset: [0.1])))
        try net.add(.upsampling(UpSampling(factors: [2, 3])))
        try net.add(.permute(Permute(order: [2, 0, 1])))
        try net.add(.reshape(Reshape(target: [20, 10, 6])))
        try net.add(
            .convolution(Convolution(filters: 2, window: Window(size: [3, 3], strides: [2, 2]))),
            [.kernel: [3, 3, 6, 2]])
        try net.check()
    }

    @Test("Networks whose channels come first")
    func channelsFirst() throws {
        var net = try NetworkUnderTest(shape: [3, 5, 4])
        let window = Window(size: [3, 3], padding: .same, dataFormat: .channelsFirst)
        try net.add(
            .convolution(Convolution(filters: 4, window: window, activation: .tanh)),
            [.kernel: [3, 3, 3, 4], .bias: [4]])
        try net.normalize(4, axis: 0)
        try net.add(.activation(.rectifier))
        try net.add(
            .pooling(Pooling(.max, window: Window(size: [2, 2], strides: [2, 2], dataFormat: .channelsFirst))))
        try net.add(.flatten(.channelsFirst))
        try net.check()
    }

    @Test("Behind the last softmax scores may get another shape; several, mixed ones, and other ends are refused")
    func ends() throws {
        func net(_ axes: [Int] = [-1], end: (inout NetworkUnderTest) throws -> Void) throws -> Trainer {
            var net = try NetworkUnderTest(shape: [4, 4, 2])
            try net.add(.convolution(Convolution(filters: 5, window: Window(size: [4, 4]))), [.kernel: [4, 4, 2, 5]])
            try end(&net)
            net.graph.outputs = [net.last]
            let recipe = TrainingRecipe(optimizer: .sgd(), schedule: LearningRateSchedule(epochs: [1]), batch: 2)
            return try Trainer(net.graph, recipe: recipe, threads: 1)
        }
        let images = Tensor(shape: [2, 4, 4, 2], (0..<64).map { Float($0 % 11) / 5 - 1 })
        let plain = try net { try $0.add(.flatten(.channelsLast)) }.learn(images, labels: [0, 1], factor: 1)
        let shaped = try net {
            try $0.add(.activation(.softmax(axes: [2])))
            try $0.add(.reshape(Reshape(target: [5])))
        }.learn(images, labels: [0, 1], factor: 1)
        #expect(plain.loss == shaped.loss)
        func refuses(_ reason: String, _ end: (inout NetworkUnderTest) throws -> Void) {
            #expect { try net(end: end) } throws: { "\($0)".contains(reason) }
        }
        refuses("combination of softmaxes") {
            let a = try $0.add(.activation(.softmax())), b = try $0.add(.activation(.softmax()))
            try $0.add(.merge(Merge(.average)), from: [a, b])
            try $0.add(.flatten(.channelsLast))
        }
        refuses("an activation other than softmax") {
            try $0.add(.activation(.sigmoid))
            try $0.add(.flatten(.channelsLast))
        }
        refuses("an activation other than softmax") {
            try $0.add(.flatten(.channelsLast))
            try $0.normalize(5, axis: 0)
            try $0.add(.activation(.rectifier))
        }
        refuses("5 softmaxes beside each other") {
            try $0.add(.reshape(Reshape(target: [5, 1])))
            try $0.add(.activation(.softmax()))
            try $0.add(.flatten(.channelsLast))
        }
    }

    @Test("A dense layer over sequences, and a softmax that the loss takes over")
    func sequence() throws {
        var net = try NetworkUnderTest(shape: [3, 5])
        try net.add(.dense(Dense(units: 4, activation: .tanh)), [.kernel: [5, 4], .bias: [4]])
        try net.check()
    }
}
