import KernelCalls

/// The gradient of the weights of a 3 × 3 convolution of stride 1, in the domain of Winograd's F(4×4, 3×3): with 36
/// products where a direct one has 144.
///
/// The forward pass is y = Aᵀ [(G g Gᵀ) ∘ (Bᵀ d B)] A for each tile, summed over channels; its adjoint with respect to g
/// is Gᵀ [Σ (Bᵀ d B) ∘ (A dy Aᵀ)] G, summed over tiles (Lavin & Gray 2016). Groups of tiles are transformed into memory
/// that stays in the cache; then blocks of weights sum over them at all points and are transformed back right away.
/// Rounding costs about 1e-6 of the range of the sums.
struct WinogradWeightGradient: WeightGradient {
    private let shape: ConvolutionShape
    private let set: InstructionSet
    private let across: Int
    private let down: Int
    /// Tiles that are transformed together, and those of a group that are summed together.
    private let groups: Blocks
    private let slices: Blocks
    /// Vectors of input and of output channels, and how many of them a block of weights has.
    private let inputs: Blocks
    private let outputs: Blocks
    private let sums: SlicedSums
    private let zeros: AlignedFloats
    private static let points = 36
    /// Tiles that a thread transforms at a time, and that are summed at a time.
    private static let batch = 16
    private static let run = 128

    init?(_ shape: ConvolutionShape, set: InstructionSet) {
        guard WinogradCost.applies(to: shape), Self.isFaster(shape) else { return nil }
        self.init(all: shape, set: set)
    }

    /// Also where the direct way is faster.
    init(all shape: ConvolutionShape, set: InstructionSet) {
        self.shape = shape
        self.set = set
        down = (shape.vertical.output + 3) / 4
        across = (shape.horizontal.output + 3) / 4
        let lanes = set.lanes, c = (shape.inputChannels + lanes - 1) / lanes, f = (shape.outputChannels + lanes - 1) / lanes
        let tiles = shape.images * down * across
        groups = Blocks(even: tiles, most: max(32, (1 << 19) / (Self.points * lanes * (c + f))))
        inputs = Blocks(even: c, most: max(1, 32 / lanes))
        outputs = Blocks(even: f, most: max(3, 96 / lanes))
        let wanted = 16 / (inputs.number * outputs.number)
        slices = Blocks(groups.size, of: max(32, (groups.size + max(1, wanted) - 1) / max(1, wanted)))
        sums = SlicedSums(slices: slices.number, count: shape.weightCount, set: set)
        zeros = AlignedFloats(count: max(shape.inputChannels, shape.outputChannels))
    }

    /// In multiply-adds; a tile's transforms cost so much per channel.
    private static func isFaster(_ shape: ConvolutionShape) -> Bool {
        let tiles = shape.images * ((shape.vertical.output + 3) / 4) * ((shape.horizontal.output + 3) / 4)
        let c = Double(shape.inputChannels), f = Double(shape.outputChannels), n = Double(tiles)
        return n * (36 * 1.2 * c * f + 500 * (c + f)) + 150 * c * f < 9 * c * f * Double(shape.outputPixels)
    }

    private var inputPoint: Int { inputs.count * groups.size * set.lanes + 16 }
    private var outputPoint: Int { outputs.count * groups.size * set.lanes + 16 }
    /// A block of weights at all points, or the addresses of a batch of tiles.
    private var threadCount: Int { max(Self.points * weightPoint, 2 * Self.batch * Self.points) }
    private var weightPoint: Int { inputs.size * outputs.size * set.lanes * set.lanes + 16 }

    func workspaceCount(workers: Int) -> Int { Self.points * (inputPoint + outputPoint) + workers * threadCount + sums.workspaceCount }

    func run(
        _ input: UnsafePointer<Float>, _ outputGradient: UnsafePointer<Float>, into weightGradient: UnsafeMutablePointer<Float>,
        workspace: UnsafeMutablePointer<Float>, on pool: WorkerPool
    ) {
        let transformed = workspace + pool.workers * threadCount, gradients = transformed + Self.points * inputPoint
        let partial = gradients + Self.points * outputPoint
        for index in 0..<groups.number {
            let tiles = groups[index], batches = Blocks(tiles.count, of: Self.batch), slices = Blocks(tiles.count, of: slices.size)
            pool.run(parts: batches.number) { batch, worker in
                transform(input, outputGradient, tiles.lowerBound, batches[batch], transformed, gradients, workspace + worker * threadCount)
            }
            pool.run(parts: self.slices.number * inputs.number * outputs.number) { unit, worker in
                let (rest, f) = unit.quotientAndRemainder(dividingBy: outputs.number), (slice, c) = rest.quotientAndRemainder(dividingBy: inputs.number)
                guard slice < slices.number else { return }
                multiply(slices[slice], inputs[c], outputs[f], transformed, gradients, workspace + worker * threadCount,
                         sums.place(slice, partial, weightGradient), accumulates: index > 0)
            }
        }
        sums.sum(partial, into: weightGradient, on: pool)
    }

    /// Transforms the tiles `batch` of a group that begins with tile `first`.
    private func transform(
        _ input: UnsafePointer<Float>, _ outputGradient: UnsafePointer<Float>, _ first: Int, _ batch: Range<Int>,
        _ transformed: UnsafeMutablePointer<Float>, _ gradients: UnsafeMutablePointer<Float>, _ memory: UnsafeMutablePointer<Float>
    ) {
        let table = UnsafeMutableRawPointer(memory).bindMemory(to: UnsafePointer<Float>.self, capacity: Self.batch * Self.points)
        let vertical = shape.vertical, horizontal = shape.horizontal, lanes = set.lanes
        func fill(_ source: UnsafePointer<Float>, side: Int, height: Int, width: Int, channels: Int, paddings: (Int, Int)) {
            var entry = table
            for tile in batch {
                let (line, column) = (first + tile).quotientAndRemainder(dividingBy: across), (image, band) = line.quotientAndRemainder(dividingBy: down)
                for y in 4 * band - paddings.0..<4 * band - paddings.0 + side {
                    for x in 4 * column - paddings.1..<4 * column - paddings.1 + side {
                        let isInside = y >= 0 && y < height && x >= 0 && x < width
                        entry.pointee = isInside ? source + ((image * height + y) * width + x) * channels : UnsafePointer(zeros.start)
                        entry += 1
                    }
                }
            }
        }
        fill(input, side: 6, height: vertical.input, width: horizontal.input, channels: shape.inputChannels, paddings: (vertical.padding, horizontal.padding))
        set.training.winogradInputTiles(WinogradTiles(
            inputs: table, tiles: batch.count, channels: shape.inputChannels, output: transformed + batch.lowerBound * lanes,
            pointStride: inputPoint, blockStride: groups.size * lanes))
        fill(outputGradient, side: 4, height: vertical.output, width: horizontal.output, channels: shape.outputChannels, paddings: (0, 0))
        set.training.winogradGradientTiles(WinogradTiles(
            inputs: table, tiles: batch.count, channels: shape.outputChannels, output: gradients + batch.lowerBound * lanes,
            pointStride: outputPoint, blockStride: groups.size * lanes))
    }

    /// Sums a slice of tiles for a block of weights, and transforms it back.
    private func multiply(
        _ slice: Range<Int>, _ rows: Range<Int>, _ columns: Range<Int>, _ transformed: UnsafePointer<Float>, _ gradients: UnsafePointer<Float>,
        _ memory: UnsafeMutablePointer<Float>, _ target: UnsafeMutablePointer<Float>, accumulates: Bool
    ) {
        let lanes = set.lanes, block = groups.size * lanes, width = columns.count * lanes, channel = rows.lowerBound * lanes, filter = columns.lowerBound * lanes
        let height = min(rows.upperBound * lanes, shape.inputChannels) - channel
        for point in 0..<Self.points {
            for first in stride(from: slice.lowerBound, to: slice.upperBound, by: Self.run) {
                set.training.outerProduct(OuterProduct(
                    rows: transformed + point * inputPoint + rows.lowerBound * block + first * lanes, rowBlock: block, rowStep: lanes,
                    columns: gradients + point * outputPoint + columns.lowerBound * block + first * lanes, columnBlock: block, columnStep: lanes,
                    count: min(Self.run, slice.upperBound - first), sums: memory + point * weightPoint, sumStride: width,
                    rowCount: height, vectors: columns.count, accumulates: first > slice.lowerBound))
            }
        }
        set.training.winogradFilterGradient(WinogradFilters(
            points: memory, pointStride: weightPoint, pointRow: width, taps: target + channel * shape.outputChannels + filter,
            tapStride: shape.inputChannels * shape.outputChannels, tapRow: shape.outputChannels, rows: height,
            columns: min(columns.upperBound * lanes, shape.outputChannels) - filter, accumulates: accumulates))
    }
}

extension Blocks {
    /// As few blocks as have at most `most`, and those as equal as can be.
    init(even count: Int, most: Int) {
        let number = max(1, (count + most - 1) / most)
        self.init(count, of: (count + number - 1) / number)
    }
}
