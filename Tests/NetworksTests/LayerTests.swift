import Graphs
import Networks
import Tensors
import TestSupport
import Testing

/// Each kind of layer on numbers that can be checked in the head.
@Suite struct Layers {
    private let row = Tensor(shape: [1, 4, 1], [1, 2, 3, 4])
    private let ones3 = (WeightRole.kernel, Tensor(shape: [1, 3, 1, 1], repeating: 1))

    @Test("Convolution: valid reads whole windows, same shares the padding, the odd zero at the end")
    func convolution() throws {
        let bias = (WeightRole.bias, Tensor([0.5]))
        #expect(
            try result(.convolution(Convolution(filters: 1, window: Window(size: [1, 3]))), [ones3, bias], row).elements
                == [6.5, 9.5])
        let same = Window(size: [1, 3], strides: [2, 2], padding: .same)
        // Four positions at stride 2: two outputs, one zero needed, and that one at the end.
        #expect(try result(.convolution(Convolution(filters: 1, window: same)), [ones3], row).elements == [6, 7])
        let dilated = Window(size: [1, 3], dilation: [1, 2], padding: .same)
        #expect(
            try result(.convolution(Convolution(filters: 1, window: dilated)), [ones3], row).elements == [4, 6, 4, 6])
    }

    @Test("A causal Conv1D reads nothing ahead")
    func causal() throws {
        let window = Window(size: [2], dilation: [2], padding: .causal), kernel = Tensor(shape: [2, 1, 1], [10, 1])
        #expect(
            try result(
                .convolution(Convolution(filters: 1, window: window)), [(.kernel, kernel)],
                Tensor(shape: [4, 1], [1, 2, 3, 4])
            ).elements == [1, 2, 13, 24])
    }

    @Test("Depthwise: output channel c · multiplier + m reads channel c")
    func depthwise() throws {
        let kernel = Tensor(shape: [1, 1, 2, 2], [1, 2, 3, 4])
        let operation = Operation.depthwise(DepthwiseConvolution(multiplier: 2, window: Window(size: [1, 1])))
        #expect(
            try result(operation, [(.depthwiseKernel, kernel)], Tensor(shape: [1, 1, 2], [1, 10])).elements == [
                1, 2, 30, 40,
            ])
    }

    @Test("Separable: a depthwise convolution, then a pointwise one, the bias last")
    func separable() throws {
        let weights: [(WeightRole, Tensor)] = [
            (.depthwiseKernel, Tensor(shape: [1, 2, 1, 1], [1, 10])),
            (.pointwiseKernel, Tensor(shape: [1, 1, 1, 2], [1, -1])), (.bias, Tensor([0, 100])),
        ]
        let operation = Operation.separable(
            SeparableConvolution(filters: 2, window: Window(size: [1, 2]), activation: .rectifier))
        #expect(try result(operation, weights, Tensor(shape: [1, 3, 1], [1, 2, 3])).elements == [21, 79, 32, 68])
    }

    @Test(
        "Transposed convolution: lengths and cropping are TensorFlow's",
        arguments: [
            // Full: 1 · [1 10 100] + 2 · [1 10 100] shifted by 2 = 1 10 102 20 200.
            (Padding.valid, nil, [1, 10, 102, 20, 200]),
            (.same, nil, [1, 10, 102, 20]),
            (.same, 0, [10, 102, 20]),
            (.valid, 1, [1, 10, 102, 20, 200, 0]),
        ] as [(Padding, Int?, [Float])])
    func transposed(padding: Padding, outputPadding: Int?, expected: [Float]) throws {
        let window = Window(size: [3], strides: [2], padding: padding)
        let operation = Operation.transposed(
            TransposedConvolution(filters: 1, window: window, outputPadding: outputPadding.map { [$0] }))
        #expect(
            try result(
                operation, [(.kernel, Tensor(shape: [3, 1, 1], [1, 10, 100]))], Tensor(shape: [2, 1], [1, 2])
            ).elements == expected)
    }

    @Test("Dense works on the last axis, whatever the rank")
    func dense() throws {
        let weights: [(WeightRole, Tensor)] = [(.kernel, Tensor(shape: [2, 1], [1, 10])), (.bias, Tensor([1]))]
        #expect(
            try result(.dense(Dense(units: 1)), weights, Tensor(shape: [2, 2], [1, 2, 3, 4]))
                == Tensor(shape: [2, 1], [22, 44]))
        #expect(try result(.dense(Dense(units: 1, activation: .sigmoid)), weights, Tensor([-1, 0])).elements == [0.5])
    }

    @Test("Batch normalization uses its moving statistics; γ and β may be absent")
    func batchNormalization() throws {
        let operation = Operation.batchNormalization(BatchNormalization(axis: 0, epsilon: 1))
        let statistics: [(WeightRole, Tensor)] = [(.movingMean, Tensor([1, 2])), (.movingVariance, Tensor([3, 0]))]
        #expect(try result(operation, statistics, Tensor([5, 5])).elements == [2, 3])
        #expect(
            try result(operation, [(.gamma, Tensor([2, 0])), (.beta, Tensor([1, 7]))] + statistics, Tensor([5, 5]))
                .elements == [5, 7])
    }

    @Test("Layer normalization over an axis that is not the last")
    func layerNormalization() throws {
        let operation = Operation.layerNormalization(LayerNormalization(axes: [0], epsilon: 0))
        let input = Tensor(shape: [2, 2], [1, 10, 3, 30])
        #expect(try result(operation, [(.gamma, Tensor([1, 2]))], input) == Tensor(shape: [2, 2], [-1, -1, 2, 2]))
    }

    @Test("Softmax over given axes; over several they share one sum")
    func softmax() throws {
        let input = Tensor(shape: [2, 2], [0, 0, 0, 0])
        #expect(try result(.activation(.softmax(axes: [0])), [], input).elements == [0.5, 0.5, 0.5, 0.5])
        #expect(try result(.activation(.softmax(axes: [-1, -2])), [], input).elements == [0.25, 0.25, 0.25, 0.25])
        let columns = try result(.activation(.softmax(axes: [0])), [], Tensor(shape: [2, 2], [0, 200, 0, 0]))
        #expect(columns.elements == [0.5, 1, 0.5, 0])
    }

    @Test(
        "Every elementwise activation agrees with its formula in Float64",
        arguments: [
            .relu(), .relu6, .relu(slope: 0.3), .relu(maximum: 2, slope: 0.1, threshold: 1), .elu(), .elu(alpha: 0.5),
            .selu, .celu(alpha: 2), .sigmoid,
            .hardSigmoid(), .hardSigmoid(slope: 0.2), .tanh, .hardTanh, .exponential, .softplus, .softsign, .swish,
            .hardSwish, .gelu(), .gelu(approximate: true),
            .mish, .logSigmoid, .tanhShrink, .hardShrink(), .softShrink(), .threshold(0.5, value: -2), .squareplus(),
            .sparsePlus, .sparseSigmoid, .linear,
        ] as [Activation])
    func activation(activation: Activation) throws {
        let input = Tensor((-300...300).map { Float($0) / 30 + 0.001 })
        let expected = Tensor(input.elements.map { Float(activation.value(Double($0)) ?? .nan) })
        let error =
            zip(try result(.activation(activation), [], input).elements, expected.elements).map {
                abs($0 - $1) / max(1, abs($1))
            }.max() ?? 0
        #expect(error < 1e-6)
    }

    @Test("PReLU repeats its slopes along shared axes")
    func parametricReLU() throws {
        let alpha = (WeightRole.alpha, Tensor(shape: [1, 2], [0.5, 2]))
        #expect(
            try result(
                .parametricReLU(ParametricReLU(sharedAxes: [0])), [alpha], Tensor(shape: [2, 2], [-1, -1, -2, 3])
            ).elements == [-0.5, -2, -1, 3])
    }

    @Test("Pooling leaves padding out; same puts the odd position at the end")
    func pooling() throws {
        let window = Window(size: [1, 3], strides: [1, 2], padding: .same)
        #expect(try result(.pooling(Pooling(.average, window: window)), [], row).elements == [2, 3.5])
        #expect(
            try result(.pooling(Pooling(.max, window: window)), [], Tensor(shape: [1, 4, 1], [-1, -2, -3, -4])).elements
                == [-1, -3])
    }

    @Test("Global pooling keeps dimensions on request")
    func globalPooling() throws {
        let input = Tensor.counting([2, 2, 2])
        #expect(try result(.globalPooling(GlobalPooling(.average)), [], input) == Tensor([3, 4]))
        #expect(
            try result(.globalPooling(GlobalPooling(.max, keepDimensions: true)), [], input)
                == Tensor(shape: [1, 1, 2], [6, 7]))
        let first = GlobalPooling(.average, keepDimensions: true, dataFormat: .channelsFirst)
        #expect(try result(.globalPooling(first), [], input) == Tensor(shape: [2, 1, 1], [1.5, 5.5]))
    }

    @Test("Reshape, permute, repeat and flatten keep Keras's order of elements")
    func shapes() throws {
        let input = Tensor.counting([2, 3])
        #expect(try result(.reshape(Reshape(target: [3, -1])), [], input) == Tensor.counting([3, 2]))
        #expect(try result(.permute(Permute(order: [1, 0])), [], input) == Tensor(shape: [3, 2], [0, 3, 1, 4, 2, 5]))
        #expect(
            try result(.repeatVector(RepeatVector(count: 2)), [], Tensor([1, 2]))
                == Tensor(shape: [2, 2], [1, 2, 1, 2]))
        #expect(try result(.flatten(.channelsLast), [], input) == Tensor.counting([6]))
        #expect(try result(.flatten(.channelsFirst), [], input) == Tensor([0, 3, 1, 4, 2, 5]))
    }

    @Test("Padding, cropping and upsampling, in both data formats")
    func borders() throws {
        let input = Tensor(shape: [2, 1, 1], [1, 2]), amounts = [Amounts(1, 0), Amounts(0, 1)]
        #expect(
            try result(.padding(ZeroPadding(amounts: amounts)), [], input)
                == Tensor(shape: [3, 2, 1], [0, 0, 1, 0, 2, 0]))
        #expect(
            try result(.padding(ZeroPadding(amounts: amounts, dataFormat: .channelsFirst)), [], input)
                == Tensor(shape: [2, 2, 2], [0, 0, 1, 0, 0, 0, 2, 0]))
        #expect(
            try result(.cropping(Cropping(amounts: [Amounts(1, 0), Amounts(0, 0)])), [], input)
                == Tensor(shape: [1, 1, 1], [2]))
        #expect(
            try result(
                .cropping(Cropping(amounts: [Amounts(1, 1)], dataFormat: .channelsFirst)), [], Tensor.counting([2, 3]))
                == Tensor(shape: [2, 1], [1, 4]))
        #expect(
            try result(.upsampling(UpSampling(factors: [2, 1])), [], input) == Tensor(shape: [4, 1, 1], [1, 1, 2, 2]))
        #expect(
            try result(.upsampling(UpSampling(factors: [1, 2], dataFormat: .channelsFirst)), [], input)
                == Tensor(shape: [2, 1, 2], [1, 1, 2, 2]))
        #expect(
            try result(
                .upsampling(UpSampling(factors: [2, 1], interpolation: .bilinear)), [],
                Tensor(shape: [2, 1, 1], [0, 4])
            ).elements == [0, 1, 3, 4])
    }

    @Test("A slice is a copy of some positions")
    func slices() throws {
        #expect(
            try result(.slice(Slice(axis: 1, start: 1, stop: 3)), [], Tensor.counting([2, 3]))
                == Tensor(shape: [2, 2], [1, 2, 4, 5]))
        #expect(
            try result(.slice(Slice(axis: 0, start: 1, stop: 2)), [], Tensor.counting([2, 3]))
                == Tensor(shape: [1, 3], [3, 4, 5]))
    }

    @Test("Merges repeat axes of length 1 and give lower ranks axes after the batch")
    func merges() throws {
        let a = Tensor(shape: [2, 2], [1, 2, 3, 4]), b = Tensor(shape: [1, 2], [10, 20]), c = Tensor([2, 3])
        #expect(try result(.merge(Merge(.add)), [], a, b).elements == [11, 22, 13, 24])
        #expect(try result(.merge(Merge(.subtract)), [], c, a).elements == [1, 1, -1, -1])
        #expect(try result(.merge(Merge(.multiply)), [], a, c, b).elements == [20, 120, 60, 240])
        #expect(
            try result(.merge(Merge(.average)), [], a, b, c)
                == Tensor(shape: [2, 2], [13, 25, 15, 27].map { $0 / 3 as Float }))
        #expect(try result(.merge(Merge(.maximum)), [], a, c).elements == [2, 3, 3, 4])
        #expect(try result(.merge(Merge(.minimum)), [], a, c).elements == [1, 2, 2, 3])
    }

    @Test("Concatenation along any axis")
    func concatenation() throws {
        let a = Tensor(shape: [1, 2], [1, 2]), b = Tensor(shape: [1, 2], [3, 4])
        #expect(try result(.concatenate(Concatenate(axis: 0)), [], a, b) == Tensor(shape: [2, 2], [1, 2, 3, 4]))
        #expect(try result(.concatenate(Concatenate(axis: 1)), [], a, b) == Tensor(shape: [1, 4], [1, 2, 3, 4]))
    }

    @Test("Rescaling and normalization, by one number or one per channel")
    func scaling() throws {
        let input = Tensor(shape: [2, 2], [1, 2, 3, 4])
        #expect(try result(.rescaling(Rescaling(scale: [2], offset: [1])), [], input).elements == [3, 5, 7, 9])
        #expect(try result(.rescaling(Rescaling(scale: [2, 10], offset: [1])), [], input).elements == [3, 21, 7, 41])
        let perColumn: [(WeightRole, Tensor)] = [(.mean, Tensor([1, 2])), (.variance, Tensor([4, 1]))]
        #expect(try result(.normalization(Normalization(axes: [1])), perColumn, input).elements == [0, 0, 1, 2])
        #expect(
            try result(.normalization(Normalization(axes: [1], invert: true)), perColumn, input).elements == [
                3, 4, 7, 6,
            ])
        let scalar: [(WeightRole, Tensor)] = [(.mean, Tensor(shape: [], [1])), (.variance, Tensor(shape: [], [4]))]
        #expect(try result(.normalization(Normalization(axes: [])), scalar, input).elements == [0, 0.5, 1, 1.5])
    }
}
