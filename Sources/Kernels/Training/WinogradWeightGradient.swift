import MicrokernelInterface

/// The gradient of the weights of a 3 × 3 convolution of stride 1, in the domain of Winograd's F(4×4, 3×3): with 36
/// products where a direct one has 144.
///
/// The forward pass is y = Aᵀ [(G g Gᵀ) ∘ (Bᵀ d B)] A for each tile, summed over channels; its adjoint with respect to
/// g is Gᵀ [Σ (Bᵀ d B) ∘ (A dy Aᵀ)] G, summed over tiles (Lavin & Gray 2016). Rounding costs about 1e-6 of the range of
/// the sums.
///
/// The weights are cut into blocks of input by output channels. Where there are few blocks, each transforms the tiles
/// that it sums over for itself, some at a time, which then never leave the second-level cache. Where there are many,
/// groups of tiles are transformed once for all blocks.
struct WinogradWeightGradient: WeightGradient {
    private let shape: ConvolutionShape
    private let set: InstructionSet
    private let tiling: WinogradTiling
    /// Vectors of input and of output channels, cut into blocks.
    private let inputs: Blocks
    private let outputs: Blocks
    /// Tiles that are transformed once for all blocks; nil where each block has its own.
    private let groups: Blocks?
    /// Tiles, of a group or of all, whose sums are made apart.
    private let slices: Blocks
    private let sums: SlicedSums
    /// Tiles that a thread transforms at a time for itself, and in a group for all.
    private static let own = 32
    private static let batch = 16
    /// Tiles that are summed in registers.
    private static let run = 128

    init?(_ shape: ConvolutionShape, set: InstructionSet) {
        guard WinogradCost.applies(to: shape), Self.isFaster(shape) else { return nil }
        self.init(all: shape, set: set)
    }

    /// Also where the direct way is faster; `sharing` forces or forbids tiles that are transformed once for all.
    init(all shape: ConvolutionShape, set: InstructionSet, sharing: Bool? = nil) {
        (self.shape, self.set) = (shape, set)
        tiling = WinogradTiling(shape, set: set)
        let lanes = set.lanes, c = set.vectors(shape.inputChannels), f = set.vectors(shape.outputChannels),
            tiles = tiling.count
        let own = (
            inputs: Blocks(even: c, most: max(1, 32 / lanes)), outputs: Blocks(even: f, most: max(1, 64 / lanes))
        )
        // A vector of a tile takes about twice as long to transform where it does not stay in the cache.
        let sharing = sharing ?? (c * own.outputs.number + f * own.inputs.number > 2 * (c + f))
        inputs = own.inputs
        outputs = sharing ? Blocks(even: f, most: max(1, 96 / lanes)) : own.outputs
        groups =
            sharing ? Blocks(even: tiles, most: max(64, (1 << 20) / (WinogradTiling.points * lanes * (c + f)))) : nil
        let wanted = max(1, 16 / (inputs.number * outputs.number)), count = groups?.size ?? tiles
        slices = Blocks(count, of: max(sharing ? 32 : 128, (count + wanted - 1) / wanted))
        sums = SlicedSums(slices: max(1, slices.number), count: shape.weightCount, set: set)
    }

    /// In multiply-adds; a tile's transforms cost so much per channel.
    private static func isFaster(_ shape: ConvolutionShape) -> Bool {
        let tiles = shape.images * ((shape.vertical.output + 3) / 4) * ((shape.horizontal.output + 3) / 4)
        let c = Double(shape.inputChannels), f = Double(shape.outputChannels), n = Double(tiles)
        return n * (36 * 1.2 * c * f + 500 * (c + f)) + 150 * c * f < 9 * c * f * Double(shape.outputPixels)
    }

    private typealias Layout = WinogradTiling.Layout
    private var inputLayout: Layout {
        Layout(tiles: groups?.size ?? Self.own, vectors: groups == nil ? inputs.size : inputs.count, lanes: set.lanes)
    }
    private var outputLayout: Layout {
        Layout(tiles: groups?.size ?? Self.own, vectors: groups == nil ? outputs.size : outputs.count, lanes: set.lanes)
    }
    private var tileCount: Int { inputLayout.count + outputLayout.count }
    /// A block of weights at one point.
    private var weightPoint: Int { inputs.size * outputs.size * set.lanes * set.lanes + 16 }
    /// A block of weights at all points, the addresses of tiles, and the tiles themselves.
    private var threadCount: Int {
        WinogradTiling.points * weightPoint + WinogradTiling.indirectionCount(Self.own)
            + (groups == nil ? tileCount : 0)
    }

    func workspaceCount(workers: Int) -> Int {
        workers * threadCount + sums.workspaceCount + (groups == nil ? 0 : tileCount)
    }

    func run(
        _ input: UnsafePointer<Float>, _ outputGradient: UnsafePointer<Float>,
        into weightGradient: UnsafeMutablePointer<Float>, workspace: UnsafeMutablePointer<Float>, on pool: WorkerPool
    ) {
        let partial = workspace + pool.workers * threadCount
        if let groups {
            let transformed = partial + sums.workspaceCount
            for index in 0..<groups.number {
                share(
                    index, groups[index], input, outputGradient, weightGradient, partial, transformed, workspace, pool)
            }
        } else {
            pool.run(parts: slices.number * inputs.number * outputs.number) { unit, worker in
                let (slice, c, f) = place(unit)
                sum(
                    input, outputGradient, slices[slice], inputs[c], outputs[f],
                    sums.place(slice, partial, weightGradient), workspace + worker * threadCount)
            }
        }
        sums.sum(partial, into: weightGradient, on: pool)
    }

    private func place(_ unit: Int) -> (slice: Int, input: Int, output: Int) {
        let (rest, f) = unit.quotientAndRemainder(dividingBy: outputs.number),
            (slice, c) = rest.quotientAndRemainder(dividingBy: inputs.number)
        return (slice, c, f)
    }

    /// A block's sums over a slice of all tiles, which it transforms itself.
    private func sum(
        _ input: UnsafePointer<Float>, _ outputGradient: UnsafePointer<Float>, _ slice: Range<Int>, _ rows: Range<Int>,
        _ columns: Range<Int>, _ target: UnsafeMutablePointer<Float>, _ memory: UnsafeMutablePointer<Float>
    ) {
        let indirection = memory + WinogradTiling.points * weightPoint,
            transformed = indirection + WinogradTiling.indirectionCount(Self.own),
            gradients = transformed + inputLayout.count
        for first in stride(from: slice.lowerBound, to: slice.upperBound, by: Self.own) {
            let tiles = first..<min(first + Self.own, slice.upperBound)
            tiling.transform(
                .input, of: input, tiles: tiles, vectors: rows, into: transformed, inputLayout, indirection: indirection
            )
            tiling.transform(
                .gradient, of: outputGradient, tiles: tiles, vectors: columns, into: gradients, outputLayout,
                indirection: indirection)
            multiply(tiles.count, transformed, gradients, rows, columns, memory, accumulates: first > slice.lowerBound)
        }
        write(memory, rows, columns, to: target, accumulates: false)
    }

    /// Transforms a group of tiles, then adds what they contribute to all blocks.
    private func share(
        _ index: Int, _ tiles: Range<Int>, _ input: UnsafePointer<Float>, _ outputGradient: UnsafePointer<Float>,
        _ weightGradient: UnsafeMutablePointer<Float>,
        _ partial: UnsafeMutablePointer<Float>, _ transformed: UnsafeMutablePointer<Float>,
        _ workspace: UnsafeMutablePointer<Float>, _ pool: WorkerPool
    ) {
        let gradients = transformed + inputLayout.count, batches = Blocks(tiles.count, of: Self.batch),
            slices = Blocks(tiles.count, of: slices.size), lanes = set.lanes
        pool.run(parts: batches.number) { number, worker in
            let batch = batches[number], indirection = workspace + worker * threadCount,
                own = tiles.lowerBound + batch.lowerBound..<tiles.lowerBound + batch.upperBound
            tiling.transform(
                .input, of: input, tiles: own, vectors: 0..<inputs.count, into: transformed + batch.lowerBound * lanes,
                inputLayout, indirection: indirection)
            tiling.transform(
                .gradient, of: outputGradient, tiles: own, vectors: 0..<outputs.count,
                into: gradients + batch.lowerBound * lanes, outputLayout, indirection: indirection)
        }
        pool.run(parts: slices.number * inputs.number * outputs.number) { unit, worker in
            let (slice, c, f) = place(unit), rows = inputs[c], columns = outputs[f],
                memory = workspace + worker * threadCount
            for first in stride(from: slices[slice].lowerBound, to: slices[slice].upperBound, by: Self.run) {
                multiply(
                    min(Self.run, slices[slice].upperBound - first),
                    transformed + rows.lowerBound * inputLayout.block + first * lanes,
                    gradients + columns.lowerBound * outputLayout.block + first * lanes, rows, columns, memory,
                    accumulates: first > slices[slice].lowerBound)
            }
            write(memory, rows, columns, to: sums.place(slice, partial, weightGradient), accumulates: index > 0)
        }
    }

    /// Sums over `count` tiles for a block of weights, at all points.
    private func multiply(
        _ count: Int, _ transformed: UnsafePointer<Float>, _ gradients: UnsafePointer<Float>, _ rows: Range<Int>,
        _ columns: Range<Int>, _ sums: UnsafeMutablePointer<Float>, accumulates: Bool
    ) {
        let lanes = set.lanes, height = min(rows.upperBound * lanes, shape.inputChannels) - rows.lowerBound * lanes
        for point in 0..<WinogradTiling.points {
            set.microkernels.outerProduct(
                OuterProduct(
                    rows: transformed + point * inputLayout.point, rowBlock: inputLayout.block, rowStep: lanes,
                    columns: gradients + point * outputLayout.point, columnBlock: outputLayout.block, columnStep: lanes,
                    count: count, sums: sums + point * weightPoint, sumStride: columns.count * lanes, rowCount: height,
                    vectors: columns.count, accumulates: accumulates))
        }
    }

    /// Transforms a block of sums back into weights.
    private func write(
        _ sums: UnsafeMutablePointer<Float>, _ rows: Range<Int>, _ columns: Range<Int>,
        to target: UnsafeMutablePointer<Float>, accumulates: Bool
    ) {
        let lanes = set.lanes, channel = rows.lowerBound * lanes, filter = columns.lowerBound * lanes
        set.microkernels.winogradFilterGradient(
            WinogradFilters(
                points: sums, pointStride: weightPoint, pointRow: columns.count * lanes,
                taps: target + channel * shape.outputChannels + filter,
                tapStride: shape.inputChannels * shape.outputChannels, tapRow: shape.outputChannels,
                rows: min(rows.upperBound * lanes, shape.inputChannels) - channel,
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
