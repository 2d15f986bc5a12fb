import Graphs
import Tensors
import TestSupport
import Testing

@Suite struct WeightedShapes {
    let window = Window(size: [3, 2], strides: [2, 1], padding: .valid)

    @Test("A convolution: each axis by its own size and stride, filters for channels")
    func convolution() throws {
        let layer = Graphs.Operation.convolution(Convolution(filters: 6, window: window))
        #expect(try shape(layer, [.kernel: [3, 2, 4, 6], .bias: [6]], on: [9, 5, 4]) == [4, 4, 6])
        #expect(try shape(layer, [.kernel: [3, 2, 4, 6]], on: [nil, 5, 4]) == [nil, 4, 6])
        #expect(try shape(layer, [.kernel: [3, 2, 4, 6]], on: [9, 5, nil]) == [4, 4, 6])
        #expect(try shape(layer, [.kernel: [3, 2, 4, 6]], on: nil) == [nil, nil, 6])
    }

    @Test("Channels first, causal, and grouped convolutions")
    func variants() throws {
        let first = Convolution(
            filters: 6, window: Window(size: [3, 3], padding: .same, dataFormat: .channelsFirst), groups: 2)
        #expect(try shape(.convolution(first), [.kernel: [3, 3, 2, 6]], on: [4, 8, 7]) == [6, 8, 7])
        let causal = Convolution(filters: 2, window: Window(size: [3], strides: [2], padding: .causal))
        #expect(try shape(.convolution(causal), [.kernel: [3, 1, 2]], on: [7, 1]) == [4, 2])
    }

    @Test("A depthwise convolution multiplies the channels; its kernel tells them where nothing else does")
    func depthwise() throws {
        let layer = Graphs.Operation.depthwise(DepthwiseConvolution(multiplier: 2, window: window))
        #expect(try shape(layer, [.depthwiseKernel: [3, 2, 4, 2], .bias: [8]], on: [9, 5, 4]) == [4, 4, 8])
        #expect(try shape(layer, [.depthwiseKernel: [3, 2, 4, 2]], on: nil) == [nil, nil, 8])
    }

    @Test("A separable convolution: the window's positions, the pointwise kernel's filters")
    func separable() throws {
        let layer = Graphs.Operation.separable(SeparableConvolution(filters: 5, multiplier: 2, window: window))
        let weights: WeightShapes = [.depthwiseKernel: [3, 2, 4, 2], .pointwiseKernel: [1, 1, 8, 5], .bias: [5]]
        #expect(try shape(layer, weights, on: [9, 5, 4]) == [4, 4, 5])
        #expect(try shape(layer, weights, on: nil) == [nil, nil, 5])
    }

    @Test("A dense layer changes the last axis, whatever the rank")
    func dense() throws {
        #expect(try shape(.dense(Dense(units: 3)), [.kernel: [4, 3], .bias: [3]], on: [4]) == [3])
        #expect(try shape(.dense(Dense(units: 3)), [.kernel: [4, 3]], on: [7, nil, 4]) == [7, nil, 3])
        #expect(try shape(.dense(Dense(units: 3)), [.kernel: [4, 3]], on: nil) == nil)
    }

    @Test("Normalizations and PReLU keep the shape")
    func kept() throws {
        let four: WeightShapes = [.gamma: [4], .beta: [4], .movingMean: [4], .movingVariance: [4]]
        #expect(try shape(.batchNormalization(BatchNormalization(axis: 1)), four, on: [3, 4]) == [3, 4])
        #expect(try shape(.batchNormalization(BatchNormalization(axis: 0)), four, on: [4, nil]) == [4, nil])
        #expect(
            try shape(
                .layerNormalization(LayerNormalization(axes: [0, 1])), [.gamma: [3, 4], .beta: [3, 4]], on: [3, 4]) == [
                    3, 4,
                ])
        #expect(try shape(.normalization(Normalization(axes: [])), [.mean: [], .variance: []], on: [3, 4]) == [3, 4])
        #expect(
            try shape(.parametricReLU(ParametricReLU(sharedAxes: [0, 1])), [.alpha: [1, 1, 4]], on: [nil, 5, 4]) == [
                nil, 5, 4,
            ])
        #expect(try shape(.batchNormalization(BatchNormalization(axis: 1)), on: nil) == nil)
    }
}

@Suite struct WeightlessShapes {
    @Test("Pooling by window, strides per axis, channels first and last")
    func pooling() throws {
        let last = Window(size: [2, 3], strides: [2, 3], padding: .same)
        #expect(try shape(.pooling(Pooling(.max, window: last)), on: [5, 7, 4]) == [3, 3, 4])
        let first = Window(size: [2, 3], strides: [2, 3], dataFormat: .channelsFirst)
        #expect(try shape(.pooling(Pooling(.average, window: first)), on: [4, 5, nil]) == [4, 2, nil])
        #expect(try shape(.pooling(Pooling(.max, window: Window(size: [2]))), on: nil) == [nil, nil])
    }

    @Test("Global pooling leaves the channels, or axes of length 1 beside them")
    func globalPooling() throws {
        #expect(try shape(.globalPooling(GlobalPooling(.max)), on: [nil, nil, 4]) == [4])
        #expect(try shape(.globalPooling(GlobalPooling(.average, keepDimensions: true)), on: [5, 6, 4]) == [1, 1, 4])
        #expect(
            try shape(
                .globalPooling(GlobalPooling(.max, rank: 1, keepDimensions: true, dataFormat: .channelsFirst)),
                on: [4, 9]) == [4, 1])
        #expect(try shape(.globalPooling(GlobalPooling(.max)), on: nil) == [nil])
    }

    @Test("Flatten, reshape, permute, repeat")
    func regrouping() throws {
        #expect(try shape(.flatten(.channelsLast), on: [2, 3, 4]) == [24])
        #expect(try shape(.flatten(.channelsFirst), on: [2, nil]) == [nil])
        #expect(try shape(.flatten(.channelsLast), on: []) == [1])
        #expect(try shape(.reshape(Reshape(target: [6, -1])), on: [2, 3, 4]) == [6, 4])
        #expect(try shape(.reshape(Reshape(target: [4, 6])), on: [2, 3, 4]) == [4, 6])
        #expect(try shape(.reshape(Reshape(target: [-1, 4])), on: [nil, 4]) == [nil, 4])
        #expect(try shape(.permute(Permute(order: [2, 0, 1])), on: [nil, 3, 4]) == [4, nil, 3])
        #expect(try shape(.repeatVector(RepeatVector(count: 5)), on: [3]) == [5, 3])
    }

    @Test("Padding, cropping, upsampling: spatial axes only")
    func resizing() throws {
        let amounts = [Amounts(1, 2), Amounts(0, 3)]
        #expect(try shape(.padding(ZeroPadding(amounts: amounts)), on: [4, 4, 2]) == [7, 7, 2])
        #expect(
            try shape(.padding(ZeroPadding(amounts: amounts, dataFormat: .channelsFirst)), on: [2, nil, 4]) == [
                2, nil, 7,
            ])
        #expect(try shape(.cropping(Cropping(amounts: amounts)), on: [4, 4, 2]) == [1, 1, 2])
        #expect(try shape(.upsampling(UpSampling(factors: [2, 3])), on: [4, 4, 2]) == [8, 12, 2])
        #expect(try shape(.upsampling(UpSampling(factors: [2])), on: nil) == [nil, nil])
    }

    @Test("A slice takes positions of one axis, and only those that are there")
    func slicing() throws {
        #expect(try shape(.slice(Slice(axis: 2, start: 1, stop: 3)), on: [4, nil, 3]) == [4, nil, 2])
        #expect(try shape(.slice(Slice(axis: 1, start: 1, stop: 3)), on: [4, nil, 3]) == [4, 2, 3])
        #expect(try shape(.slice(Slice(axis: 1, start: 1, stop: 3)), on: nil) == nil)
        for (start, stop) in [(-1, 2), (0, 4), (2, 2), (3, 1)] {
            #expect(error(.slice(Slice(axis: 2, start: start, stop: stop)), on: [4, nil, 3])?.reason != nil)
        }
        #expect(error(.slice(Slice(axis: 3, start: 0, stop: 1)), on: [4, nil, 3]) != nil)
    }

    @Test("Merging repeats axes of length 1 and aligns ranks at the end")
    func merging() throws {
        let add = Graphs.Operation.merge(Merge(.add))
        #expect(try shape(add, on: [4, 5, 3], [1, 1, 3], [4, 1, 1]) == [4, 5, 3])
        #expect(try shape(add, on: [3], [4, 5, 3]) == [4, 5, 3])
        #expect(try shape(add, on: [nil, 3], [6, 3]) == [6, 3])
        #expect(try shape(add, on: [nil, 3], [1, 3]) == [nil, 3])
        #expect(try shape(add, on: [4, 3], nil) == nil)
    }

    @Test("Concatenation adds one axis up and fills unknown axes from the others")
    func concatenating() throws {
        let along = { Graphs.Operation.concatenate(Concatenate(axis: $0)) }
        #expect(try shape(along(2), on: [4, nil, 3], [nil, 5, 2]) == [4, 5, 5])
        #expect(try shape(along(0), on: [4, 3], [2, 3], [1, 3]) == [7, 3])
        #expect(try shape(along(1), on: [4, 3], [4, nil]) == [4, nil])
        #expect(try shape(along(1), on: [4, 3], nil) == [4, nil])
    }

    @Test("Everything else keeps the shape; a layer that is not known keeps nothing")
    func others() throws {
        #expect(try shape(.identity, on: [nil, 3]) == [nil, 3])
        #expect(try shape(.dropout(rate: 0.5), on: [nil, 3]) == [nil, 3])
        #expect(try shape(.activation(.softmax()), on: [3]) == [3])
        #expect(try shape(.rescaling(Rescaling(scale: [1, 2, 3])), on: [2, 3]) == [2, 3])
        #expect(try shape(.opaque(Opaque(className: "Lambda")), on: [2, 3]) == nil)
    }

    @Test("Inferring again after an input changed changes all shapes behind it")
    func again() throws {
        var graph = try Graph.of(.pooling(Pooling(.max, window: Window(size: [2], strides: [2]))), on: [[nil, 3]])
        #expect(graph.shapes.last == [nil, 3])
        graph.layers[0].operation = .input(Input(shape: [8, 3]))
        try graph.inferShapes()
        #expect(graph.shapes.last == [4, 3])
    }
}
