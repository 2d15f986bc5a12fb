import MicrokernelInterface

/// The tiles that a 3 × 3 convolution of stride 1 is cut into, 4 × 4 outputs each, all images' one after the other.
struct WinogradTiling: Sendable {
    private let shape: ConvolutionShape
    private let set: InstructionSet
    private let down: Int
    private let across: Int
    private let zeros: AlignedFloats
    static let points = 36

    init(_ shape: ConvolutionShape, set: InstructionSet) {
        (self.shape, self.set) = (shape, set)
        down = (shape.vertical.output + 3) / 4
        across = (shape.horizontal.output + 3) / 4
        zeros = AlignedFloats(count: max(shape.inputChannels, shape.outputChannels))
    }

    var count: Int { shape.images * down * across }

    /// The floats of scratch memory that the addresses of so many tiles take.
    static func indirectionCount(_ tiles: Int) -> Int { 2 * tiles * points }

    /// Transformed tiles: points × vectors of channels × tiles × lanes.
    struct Layout: Sendable {
        /// From one vector of channels to the next, and from point to point.
        let block: Int
        let point: Int
        var count: Int { point * WinogradTiling.points }

        /// A cache line between points keeps them from falling on the same lines of the first-level cache.
        init(tiles: Int, vectors: Int, lanes: Int) {
            block = tiles * lanes
            point = vectors * block + 16
        }
    }

    /// What is transformed: the inputs of tiles, or the gradients of their outputs.
    enum Side { case input, gradient }

    /// Transforms some tiles for some vectors of channels.
    func transform(
        _ side: Side, of images: UnsafePointer<Float>, tiles: Range<Int>, vectors: Range<Int>,
        into target: UnsafeMutablePointer<Float>, _ layout: Layout, indirection memory: UnsafeMutablePointer<Float>
    ) {
        let isInput = side == .input, channels = isInput ? shape.inputChannels : shape.outputChannels,
            first = vectors.lowerBound * set.lanes
        let height = isInput ? shape.vertical.input : shape.vertical.output,
            width = isInput ? shape.horizontal.input : shape.horizontal.output
        let top = isInput ? shape.vertical.padding : 0, left = isInput ? shape.horizontal.padding : 0,
            size = isInput ? 6 : 4
        let indirection = UnsafeMutableRawPointer(memory).bindMemory(
            to: UnsafePointer<Float>.self, capacity: tiles.count * Self.points)
        var entry = indirection
        for tile in tiles {
            let (line, column) = tile.quotientAndRemainder(dividingBy: across),
                (image, band) = line.quotientAndRemainder(dividingBy: down)
            let rows = 4 * band - top..<4 * band - top + size, columns = 4 * column - left..<4 * column - left + size
            for y in rows {
                let isInside = y >= 0 && y < height, start = images + ((image * height + y) * width * channels + first)
                for x in columns {
                    entry.pointee = isInside && x >= 0 && x < width ? start + x * channels : UnsafePointer(zeros.start)
                    entry += 1
                }
            }
        }
        let call = WinogradTiles(
            inputs: indirection, tiles: tiles.count, channels: min(vectors.count * set.lanes, channels - first),
            output: target, pointStride: layout.point, blockStride: layout.block)
        if isInput { set.microkernels.winogradInputTiles(call) } else { set.microkernels.winogradGradientTiles(call) }
    }
}
