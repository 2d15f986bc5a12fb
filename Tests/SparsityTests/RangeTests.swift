import Datasets
import Graphs
import Networks
import Tensors
import TestSupport
import Testing
@testable import Sparsity

/// A box of one range for a graph with one input.
func box(_ lowest: Float..., to highest: Float...) -> InputBox {
    InputBox([InputRange(lowest: lowest, highest: highest)])
}

extension Graph {
    /// The intervals of the last tensor.
    func lastIntervals(_ box: InputBox) -> [Interval] {
        ProvenRanges(self, in: box).intervals.last ?? []
    }

    /// A single layer called on an input of this shape, with weights.
    static func range(
        of operation: Operation, _ shape: TensorShape, _ box: InputBox, weights: KeyValuePairs<WeightRole, Tensor> = [:]
    ) throws -> [Interval] {
        var graph = Graph()
        let x = try graph.input(shape)
        _ = try graph.add(operation, [x], weights: weights)
        return graph.lastIntervals(box)
    }
}

/// Whether an interval holds another, and is hardly wider: by a thousandth of `scale`.
func hugs(_ found: Interval, _ lower: Double, _ upper: Double, scale: Double = 1) -> Bool {
    found.lower <= lower && found.upper >= upper && found.lower > lower - 1e-3 * scale
        && found.upper < upper + 1e-3 * scale
}

@Suite("Intervals of single layers") struct RangeTightness {
    @Test("A window of weights reads the lowest where they are negative, the highest where they are positive")
    func convolution() throws {
        let window = Window(size: [1, 2])
        let found = try Graph.range(
            of: .convolution(Convolution(filters: 1, window: window)), [1, 4, 2], box(0, -1, to: 1, 2),
            weights: [.kernel: Tensor(shape: [1, 2, 2, 1], [1, -1, 2, 3]), .bias: Tensor([10])])
        // 1 · [0, 1] − 1 · [−1, 2] + 2 · [0, 1] + 3 · [−1, 2] + 10
        #expect(hugs(found[0], 5, 20))
    }

    @Test("Padding is 0, and only where it is: a positive image keeps a filter open inside and closes it at a corner")
    func padding() throws {
        let kernel = Tensor(shape: [3, 3, 1, 1], Array(repeating: 1, count: 9)), image = box(1, to: 2)
        func found(_ padding: Padding, _ length: Int?) throws -> Interval {
            try Graph.range(
                of: .convolution(Convolution(filters: 1, window: Window(size: [3, 3], padding: padding))),
                [length, length, 1], image, weights: [.kernel: kernel])[0]
        }
        #expect(hugs(try found(.valid, 5), 9, 18, scale: 10))
        #expect(hugs(try found(.same, 5), 4, 18, scale: 10))
        // A plane of one pixel has nothing else to read, and one of unknown size may be that.
        #expect(hugs(try found(.same, 1), 1, 2, scale: 10))
        #expect(hugs(try found(.same, nil), 1, 18, scale: 10))
    }

    @Test("Where strides leave the border to one side, the other needs no zeros")
    func strides() throws {
        // Length 4, stride 2: padding is all at the end, so the first tap always meets the image.
        let window = Window(size: [3], strides: [2], padding: .same)
        let found = try Graph.range(
            of: .convolution(Convolution(filters: 3, window: window)), [4, 1], box(1, to: 1),
            weights: [.kernel: Tensor(shape: [3, 1, 3], [1, 0, 0, 0, 1, 0, 0, 0, 1])])
        #expect(hugs(found[0], 1, 1) && hugs(found[1], 1, 1) && hugs(found[2], 0, 1))
    }

    @Test("Zeros that a layer puts around an image count where they lie")
    func zeroPadding() throws {
        var graph = Graph()
        let x = try graph.input([4, 4, 1])
        let padded = try graph.add(.padding(ZeroPadding(amounts: [Amounts(1, 0), Amounts(0, 0)])), [x])
        _ = try graph.add(
            .convolution(Convolution(filters: 1, window: Window(size: [2, 1]))), [padded],
            weights: [.kernel: Tensor(shape: [2, 1, 1, 1], [1, 1])])
        let ranges = ProvenRanges(graph, in: box(2, to: 3))
        #expect(ranges.intervals[padded] == [Interval(0, 3)])
        // Never two zeros at once.
        #expect(hugs(graph.lastIntervals(box(2, to: 3))[0], 2, 6))
    }

    @Test("Groups and depthwise layers read their own channels alone")
    func groups() throws {
        let image = box(0, 10, to: 1, 20)
        let grouped = try Graph.range(
            of: .convolution(Convolution(filters: 2, window: Window(size: [1, 1]), groups: 2)), [1, 1, 2], image,
            weights: [.kernel: Tensor(shape: [1, 1, 1, 2], [1, -1])])
        #expect(hugs(grouped[0], 0, 1) && hugs(grouped[1], -20, -10))
        let depthwise = try Graph.range(
            of: .depthwise(DepthwiseConvolution(multiplier: 2, window: Window(size: [1, 1]))), [1, 1, 2], image,
            weights: [.depthwiseKernel: Tensor(shape: [1, 1, 2, 2], [1, 2, 3, -1])])
        #expect(hugs(depthwise[0], 0, 1) && hugs(depthwise[1], 0, 2) && hugs(depthwise[2], 30, 60))
        #expect(hugs(depthwise[3], -20, -10))
    }

    @Test("A separable convolution: what the depthwise step makes at a border, the pointwise one reads there")
    func separable() throws {
        let found = try Graph.range(
            of: .separable(SeparableConvolution(filters: 1, window: Window(size: [1, 2], padding: .same))), [1, 3, 2],
            box(1, to: 1),
            weights: [
                .depthwiseKernel: Tensor(shape: [1, 2, 2, 1], [1, 1, 1, 1]),
                .pointwiseKernel: Tensor(shape: [1, 1, 2, 1], [1, -1]),
            ])
        // Both channels are 2 inside and 1 at the border at once: their difference is 0 everywhere.
        #expect(hugs(found[0], 0, 0))
    }

    @Test("A transposed convolution reads at each phase the taps that meet it")
    func transposed() throws {
        let found = try Graph.range(
            of: .transposed(TransposedConvolution(filters: 1, window: Window(size: [2], strides: [2]))), [3, 1],
            box(1, to: 2), weights: [.kernel: Tensor(shape: [2, 1, 1], [1, -1])])
        #expect(hugs(found[0], -2, 2))
        let wide = try Graph.range(
            of: .transposed(TransposedConvolution(filters: 1, window: Window(size: [3], padding: .same))), [3, 1],
            box(1, to: 1), weights: [.kernel: Tensor(shape: [3, 1, 1], [1, 1, 1])])
        #expect(hugs(wide[0], 2, 3))
    }

    @Test("A dense layer reads each element of a vector")
    func dense() throws {
        let found = try Graph.range(
            of: .dense(Dense(units: 1, activation: .rectifier)), [2], box(-1, 1, to: 1, 2),
            weights: [.kernel: Tensor(shape: [2, 1], [1, -1]), .bias: Tensor([2])])
        #expect(hugs(found[0], 0, 2))
    }

    @Test("A dense layer over another axis than that of the channels reads all of them, be both as long")
    func denseOverPlane() throws {
        var graph = Graph()
        let x = try graph.input([2, 1, 2]), window = Window(size: [1, 1], dataFormat: .channelsFirst)
        let y = try graph.add(
            .convolution(Convolution(filters: 2, window: window)), [x],
            weights: [.kernel: Tensor(shape: [1, 1, 2, 2], [1, 0, 0, 1])])
        _ = try graph.add(.dense(Dense(units: 1)), [y], weights: [.kernel: Tensor(shape: [2, 1], [1, 0])])
        let image = InputBox([InputRange(lowest: [0, 10], highest: [1, 20])])
        #expect(ProvenRanges(graph, in: image).intervals[y].count == 2)
        #expect(hugs(graph.lastIntervals(image)[0], 0, 20))
    }

    @Test("A concatenation along another axis than that of the channels has parts of all its inputs in each")
    func concatenationOfPlanes() throws {
        var graph = Graph()
        let x = try graph.input([2, 1, 3]), y = try graph.input([2, 1, 3])
        let joined = try graph.add(.concatenate(Concatenate(axis: 2)), [x, y])
        _ = try graph.add(.flatten(.channelsLast), [joined])
        let box = InputBox([InputRange(lowest: [0], highest: [1]), InputRange(lowest: [5], highest: [6])])
        let found = ProvenRanges(graph, in: box).intervals[joined]
        // Whichever axis counts as the channels'.
        #expect(!found.isEmpty && found.hull.lower <= 0 && found.hull.upper >= 6)
        if ChannelWiring(graph).axes[joined] != 2 { #expect(found.allSatisfy { $0.lower <= 0 && $0.upper >= 6 }) }
    }

    @Test("A normalization behind a convolution scales its interval, whatever the sign")
    func normalization() throws {
        var graph = Graph()
        let x = try graph.input([1, 1, 1])
        let y = try graph.convolution(x, 2, [1, 1])
        _ = try graph.norm(y, gamma: [2, -2], beta: [1, 1], variance: [1 - 1e-3, 1 - 1e-3])
        let found = graph.lastIntervals(box(0, to: 3))
        #expect(hugs(found[0], 1, 7) && hugs(found[1], -5, 1))
    }

    @Test("Poolings keep the interval; zeros around an image join it; sums add, products take all four ends")
    func weightless() throws {
        let image = box(1, to: 2), window = Window(size: [2, 2], padding: .same)
        for kind in [PoolingKind.max, .average] {
            #expect(hugs(try Graph.range(of: .pooling(Pooling(kind, window: window)), [3, 3, 1], image)[0], 1, 2))
            #expect(hugs(try Graph.range(of: .globalPooling(GlobalPooling(kind)), [3, 3, 1], image)[0], 1, 2))
        }
        for interpolation in [UpSampling.Interpolation.nearest, .bilinear] {
            let layer = UpSampling(factors: [2, 2], interpolation: interpolation)
            #expect(hugs(try Graph.range(of: .upsampling(layer), [3, 3, 1], image)[0], 1, 2))
        }
        let cropping = Cropping(amounts: [Amounts(1, 0), Amounts(0, 0)])
        #expect(try Graph.range(of: .cropping(cropping), [3, 3, 1], image) == [Interval(1, 2)])
        let padding = ZeroPadding(amounts: [Amounts(1, 0), Amounts(0, 0)])
        #expect(try Graph.range(of: .padding(padding), [3, 3, 1], image) == [Interval(0, 2)])
        #expect(hugs(try Graph.range(of: .rescaling(Rescaling(scale: [-2], offset: [1])), [1, 1], image)[0], -3, -1))
        let normal = Normalization(axes: [1])
        let found = try Graph.range(
            of: .normalization(normal), [2, 2], box(0, to: 4),
            weights: [.mean: Tensor([2, 0]), .variance: Tensor([4, 16])])
        #expect(hugs(found[0], -1, 1) && hugs(found[1], 0, 1))
    }

    @Test(
        "Layers of two tensors",
        arguments: [
            (Merge.Kind.add, -2.0, 6.0), (.subtract, -5, 3), (.multiply, -4, 8), (.average, -1, 3), (.maximum, -1, 4),
            (.minimum, -1, 2),
        ])
    func merged(kind: Merge.Kind, lower: Double, upper: Double) throws {
        var graph = Graph()
        let a = try graph.input([1]), b = try graph.input([1])
        _ = try graph.add(.merge(Merge(kind)), [a, b])
        let both = InputBox([
            InputRange(lowest: [-1], highest: [2]), InputRange(lowest: [-1], highest: [4]),
        ])
        #expect(hugs(graph.lastIntervals(both)[0], lower, upper))
    }

    @Test("Channels keep their intervals where they are moved, laid side by side or cut out")
    func moved() throws {
        let image = box(0, 10, to: 1, 20), a = Interval(0, 1), b = Interval(10, 20)
        #expect(try Graph.range(of: .flatten(.channelsLast), [1, 2, 2], image) == [a, b, a, b])
        #expect(try Graph.range(of: .permute(Permute(order: [2, 0, 1])), [1, 3, 2], image) == [a, b])
        #expect(try Graph.range(of: .reshape(Reshape(target: [6, 2])), [2, 3, 2], image) == [a, b])
        #expect(try Graph.range(of: .slice(Slice(axis: 2, start: 1, stop: 2)), [1, 1, 2], image) == [b])
        #expect(try Graph.range(of: .repeatVector(RepeatVector(count: 3)), [2], image) == [a, b])
        #expect(try Graph.range(of: .dropout(rate: 0.5), [2], image) == [a, b])
        #expect(try Graph.range(of: .identity, [2], image) == [a, b])
        var graph = Graph()
        let x = try graph.input([1, 1, 2])
        _ = try graph.add(.concatenate(Concatenate(axis: 2)), [x, x])
        #expect(graph.lastIntervals(image) == [a, b, a, b])
    }

    @Test("Slopes: each channel by its own, where they differ over the plane by the least and the greatest")
    func slopes() throws {
        let alone = ParametricReLU(sharedAxes: [0])
        let found = try Graph.range(
            of: .parametricReLU(alone), [2, 2], box(-2, to: 1), weights: [.alpha: Tensor(shape: [1, 2], [0, -1])])
        #expect(hugs(found[0], 0, 1) && hugs(found[1], 0, 2))
        let everywhere = try Graph.range(
            of: .parametricReLU(ParametricReLU()), [2, 1], box(-2, to: 1),
            weights: [.alpha: Tensor(shape: [2, 1], [0.5, 2])])
        #expect(hugs(everywhere[0], -4, 1))
    }

    @Test("What is normalized over n numbers of an image lies within √(n − 1) deviations")
    func layerNormalization() throws {
        let found = try Graph.range(
            of: .layerNormalization(LayerNormalization(axes: [0])), [5], box(-1, to: 1),
            weights: [.gamma: Tensor([1, 2, 1, 1, 1]), .beta: Tensor([0, 1, 0, 0, 0])])
        #expect(hugs(found[0], -2, 2) && hugs(found[1], -3, 5))
    }

    @Test("Functions of a vector: shares of 1, and their logarithms")
    func vectors() throws {
        #expect(hugs(try Graph.range(of: .activation(.softmax()), [3], box(-1, to: 1))[0], 0, 1))
        let logarithms = try Graph.range(of: .activation(.logSoftmax), [2], box(-1, to: 1))[0]
        #expect(logarithms.lower <= -2.6931 && logarithms.upper >= 0 && logarithms.upper < 1e-4)
    }

    @Test("Of what is opaque, or has no range, nothing is known; nor behind it")
    func unknown() throws {
        var graph = Graph()
        let x = try graph.input([2]), y = try graph.input([2])
        let z = try graph.add(.opaque(Opaque(className: "Lambda", shape: [2])), [x])
        let clipped = try graph.add(.activation(.relu6), [y]), sum = try graph.add(.merge(Merge(.add)), [x, z])
        let ranges = ProvenRanges(graph, in: InputBox([InputRange(lowest: [0], highest: [1]), nil]))
        #expect(ranges.intervals[x] == [Interval(0, 1), Interval(0, 1)])
        for tensor in [y, z, clipped, sum] { #expect(ranges.intervals[tensor].allSatisfy { !$0.isBounded }) }
    }
}
