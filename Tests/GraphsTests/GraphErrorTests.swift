import Graphs
import Testing

@Suite struct ContradictingWeights {
    let window = Window(size: [3, 3])

    private func mismatch(_ weight: String, _ expected: [Int], _ found: [Int]) -> GraphError {
        .weightShape(layer: "layer", weight: weight, expected: expected, found: found)
    }

    @Test("A kernel or bias of another shape than input and config ask for")
    func kernels() {
        let convolution = Graphs.Operation.convolution(Convolution(filters: 6, window: window))
        #expect(
            error(convolution, [.kernel: [3, 3, 5, 6]], on: [8, 8, 4])
                == mismatch("kernel", [3, 3, 4, 6], [3, 3, 5, 6]))
        #expect(
            error(convolution, [.kernel: [3, 3, 4]], on: [8, 8, 4]) == mismatch("kernel", [3, 3, 4, 6], [3, 3, 4]))
        #expect(error(convolution, [.kernel: [3, 3, 4, 6], .bias: [1]], on: [8, 8, 4]) == mismatch("bias", [6], [1]))
        #expect(
            error(convolution, [.kernel: [3, 1, 4, 6]], on: nil) == mismatch("kernel", [3, 3, -1, 6], [3, 1, 4, 6]))
        let transposed = Graphs.Operation.transposed(TransposedConvolution(filters: 6, window: window))
        #expect(
            error(transposed, [.kernel: [3, 3, 4, 6]], on: [8, 8, 4])
                == mismatch("kernel", [3, 3, 6, 4], [3, 3, 4, 6]))
        let depthwise = Graphs.Operation.depthwise(DepthwiseConvolution(multiplier: 2, window: window))
        #expect(
            error(depthwise, [.depthwiseKernel: [3, 3, 4, 1]], on: [8, 8, 4])
                == mismatch("depthwiseKernel", [3, 3, 4, 2], [3, 3, 4, 1]))
        #expect(
            error(depthwise, [.depthwiseKernel: [3, 3, 4, 2], .bias: [4]], on: [8, 8, 4]) == mismatch("bias", [8], [4]))
        #expect(error(.dense(Dense(units: 3)), [.kernel: [5, 3]], on: [4]) == mismatch("kernel", [4, 3], [5, 3]))
        #expect(error(.dense(Dense(units: 3)), [.kernel: [5, 4]], on: nil) == mismatch("kernel", [-1, 3], [5, 4]))
    }

    @Test("The two kernels of a separable convolution must fit each other, also where the input is not known")
    func separable() {
        let layer = Graphs.Operation.separable(SeparableConvolution(filters: 5, window: window))
        let weights: WeightShapes = [.depthwiseKernel: [3, 3, 3, 1], .pointwiseKernel: [1, 1, 4, 5]]
        #expect(error(layer, weights, on: [8, 8, 3]) == mismatch("pointwiseKernel", [1, 1, 3, 5], [1, 1, 4, 5]))
        #expect(error(layer, weights, on: nil) == mismatch("pointwiseKernel", [1, 1, 3, 5], [1, 1, 4, 5]))
    }

    @Test(
        "Statistics, scales and slopes of another length than their axis",
        arguments: [WeightRole.gamma, .beta, .movingMean, .movingVariance])
    func normalizations(role: WeightRole) {
        #expect(
            error(.batchNormalization(BatchNormalization(axis: 2)), [role: [3]], on: [8, 8, 4])
                == mismatch("\(role)", [4], [3]))
        #expect(
            error(.parametricReLU(ParametricReLU(sharedAxes: [0])), [.alpha: [8, 4]], on: [8, 4])
                == mismatch("alpha", [1, 4], [8, 4]))
        #expect(
            error(.layerNormalization(LayerNormalization(axes: [1])), [.gamma: [8]], on: [8, 4])
                == mismatch("gamma", [4], [8]))
        #expect(error(.normalization(Normalization(axes: [1])), [.mean: []], on: [8, 4]) == mismatch("mean", [4], []))
    }

    @Test("A layer without its kernel")
    func missing() {
        #expect(
            error(.convolution(Convolution(filters: 6, window: window)), on: [8, 8, 4])?.reason
                == "its weight 'kernel' is missing")
        #expect(error(.dense(Dense(units: 1)), on: nil)?.reason == "its weight 'kernel' is missing")
        #expect(error(.parametricReLU(ParametricReLU()), on: [4])?.reason == "its weight 'alpha' is missing")
    }
}

@Suite struct ImpossibleWiring {
    let convolution = Graphs.Operation.convolution(Convolution(filters: 6, window: Window(size: [3, 3])))

    @Test("A tensor of a rank the layer does not take")
    func ranks() {
        let wrong = { GraphError.rank(layer: "layer", expected: $0, found: $1) }
        #expect(
            error(convolution, [.kernel: [3, 3, 4, 6]], on: [8, 4]) == wrong("2 spatial axes and channels", [8, 4]))
        #expect(
            error(.pooling(Pooling(.max, window: Window(size: [2]))), on: [8, 8, 4])
                == wrong("1 spatial axes and channels", [8, 8, 4]))
        #expect(error(.globalPooling(GlobalPooling(.max)), on: [8]) == wrong("2 spatial axes and channels", [8]))
        #expect(
            error(.padding(ZeroPadding(amounts: [Amounts(1, 1)])), on: [8]) == wrong("1 spatial axes and channels", [8])
        )
        #expect(error(.dense(Dense(units: 1)), [.kernel: [1, 1]], on: []) == wrong("at least a vector", []))
        #expect(error(.repeatVector(RepeatVector(count: 2)), on: [2, 2]) == wrong("a vector", [2, 2]))
        #expect(
            error(.batchNormalization(BatchNormalization(axis: 3)), on: [8, 8, 4])
                == wrong("an input with axis 4", [8, 8, 4]))
        #expect(error(.batchNormalization(BatchNormalization(axis: -1)), on: [4]) == wrong("an input with axis 0", [4]))
    }

    @Test("A number of tensors the layer does not take")
    func counts() {
        let wrong = { GraphError.inputCount(layer: "layer", expected: $0, found: $1) }
        #expect(error(.flatten(.channelsLast), on: [4], [4]) == wrong("one input", 2))
        #expect(error(.flatten(.channelsLast)) == wrong("one input", 0))
        #expect(error(.merge(Merge(.subtract)), on: [4], [4], [4]) == wrong("exactly two inputs", 3))
        #expect(error(.merge(Merge(.add))) == wrong("at least one input", 0))
        #expect(error(.concatenate(Concatenate(axis: 0))) == wrong("at least one input", 0))
        #expect(error(.input(Input(shape: [1])), on: [1]) == wrong("no input", 1))
    }

    @Test("Groups that divide the filters or the channels unevenly")
    func groups() {
        for (groups, filters, channels) in [(4, 6, 4), (3, 6, 4), (0, 6, 4), (-1, 6, 4)] {
            let layer = Graphs.Operation.convolution(
                Convolution(filters: filters, window: Window(size: [1]), groups: groups))
            #expect(
                error(layer, [.kernel: [1, 1, filters]], on: [8, channels])?.reason?.contains("\(groups) groups")
                    == true)
        }
    }

    @Test("Windows that do not fit, crops that leave nothing")
    func nothingLeft() {
        #expect(error(convolution, [.kernel: [3, 3, 4, 6]], on: [2, 8, 4])?.reason?.contains("does not fit") == true)
        #expect(
            error(.cropping(Cropping(amounts: [Amounts(2, 2)])), on: [4, 1])?.reason?.contains("nothing is left")
                == true)
    }

    @Test("Reshapes to another number of elements, or with more than one axis open")
    func reshapes() {
        for target in [[5, 5], [5, -1], [4, 6, 2], [-1, -1], [-2, -12], [0, -1]] {
            #expect(error(.reshape(Reshape(target: target)), on: [2, 3, 4])?.reason != nil, "\(target)")
        }
        #expect(error(.reshape(Reshape(target: [-1, -1])), on: nil)?.reason != nil)
    }

    @Test("Permutations that do not order the axes")
    func permutations() {
        for order in [[0], [0, 0, 1], [0, 1, 3], [1, 2, 3]] {
            #expect(error(.permute(Permute(order: order)), on: [2, 3, 4])?.reason != nil)
        }
    }

    @Test("Shapes that cannot be combined or concatenated")
    func combinations() {
        #expect(
            error(.merge(Merge(.add)), on: [4, 3], [4, 2])?.reason
                == "cannot combine shapes (None, 4, 3) and (None, 4, 2)")
        #expect(
            error(.concatenate(Concatenate(axis: 1)), on: [4, 3], [5, 3])?.reason?.contains("along axis 2") == true)
        #expect(error(.concatenate(Concatenate(axis: 1)), on: [4, 3], [4])?.reason != nil)
        #expect(error(.concatenate(Concatenate(axis: 2)), on: [4, 3], [4, 3])?.reason != nil)
        #expect(error(.concatenate(Concatenate(axis: -1)), on: [4, 3], [4, 3])?.reason != nil)
        #expect(error(.rescaling(Rescaling(scale: [1, 2])), on: [3])?.reason != nil)
    }

    @Test("Transposed convolutions padded causally, or padded at the output along another number of axes")
    func transposed() {
        let causal = TransposedConvolution(filters: 1, window: Window(size: [2], padding: .causal))
        let uneven = TransposedConvolution(filters: 1, window: Window(size: [2]), outputPadding: [1, 1])
        for layer in [causal, uneven] {
            #expect(error(.transposed(layer), [.kernel: [2, 1, 1]], on: [4, 1])?.reason != nil)
        }
    }

    @Test("Every message is one line that names the layer")
    func messages() {
        let errors: [GraphError] = [
            .inputCount(layer: "a/b", expected: "one input", found: 2),
            .rank(layer: "a/b", expected: "a vector", found: [nil, 3]),
            .weightShape(layer: "a/b", weight: "kernel", expected: [1], found: [2]),
            .invalid(layer: "a/b", reason: "why"),
        ]
        for error in errors { #expect("\(error)".contains("'a/b'") && !"\(error)".contains("\n")) }
        #expect("\(errors[1])".contains("(None, None, 3)"))
    }
}
