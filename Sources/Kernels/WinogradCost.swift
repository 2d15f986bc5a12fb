/// Whether a Winograd convolution is worth it, and with which tile: a model of the time, in multiply-adds.
struct WinogradCost {
    /// With as many images as are expected.
    private let shape: ConvolutionShape

    init(_ shape: ConvolutionShape, _ set: InstructionSet) {
        var shape = shape
        shape.images = shape.expectedImages ?? shape.images
        self.shape = shape
        weightCost = Double(set.lanes)
    }

    /// 3 × 3, stride 1, no dilation, one group.
    static func applies(to shape: ConvolutionShape) -> Bool {
        let axes = [shape.vertical, shape.horizontal]
        return shape.groups == 1
            && axes.allSatisfy { $0.size == 3 && $0.stride == 1 && $0.dilation == 1 && $0.output > 0 }
            && shape.images > 0
    }

    /// The faster tile; nil where the direct convolution is faster still.
    var bestSize: Int? {
        guard Self.applies(to: shape) else { return nil }
        let best = [2, 4].min { cost($0) < cost($1) } ?? 2
        return cost(best) < directCost ? best : nil
    }

    /// What it costs to read a weight from memory, in multiply-adds: filters are read once per run, and are far more
    /// in the transformed domain. Wider vectors multiply faster, but do not read faster.
    private let weightCost: Double

    private var channels: Double { Double(shape.inputChannels) }
    private var filters: Double { Double(shape.outputChannels) }

    private var directCost: Double {
        let taps = { (axis: SlidingAxis) in (0..<axis.output).reduce(0) { $0 + axis.taps(at: $1).count } }
        let pixels =
            shape.images
            * (shape.hasSmallImages
                ? taps(shape.vertical) * taps(shape.horizontal) : 9 * shape.vertical.output * shape.horizontal.output)
        return channels * filters * (Double(pixels) + 9 * weightCost)
    }

    private func cost(_ size: Int) -> Double {
        let down = (shape.vertical.output + size - 1) / size, across = (shape.horizontal.output + size - 1) / size
        let tiles = Double(shape.images * down * across), points = Double((size + 2) * (size + 2))
        // Loads, sums and stores of the transforms, per channel and per filter of a tile; products at points reach a
        // little less of the peak than long ones.
        let inputTransform = size == 4 ? 400.0 : 140.0, outputTransform = size == 4 ? 300.0 : 90.0
        return channels * filters * points * (1.1 * tiles + weightCost) + tiles
            * (inputTransform * channels + outputTransform * filters)
    }
}
