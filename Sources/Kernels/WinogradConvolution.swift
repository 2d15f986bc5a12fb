import CProcessor
import MicrokernelInterface

/// A 3 × 3 convolution of stride 1 with fewer multiplications: 2.25 or 4 outputs for each, where a direct one has one.
///
/// A unit is a block of tiles times a block of panels of filters. Its tiles are transformed, multiplied at each of the
/// 16 or 36 points by that point's filters, and transformed back, all in the workspace of the thread, which stays in
/// cache unless the filters are larger than that. What rounding costs: about 1e-6 of the output's range for the larger
/// tile, 3e-7 for the smaller.
struct WinogradConvolution: ConvolutionImplementation {
    let name: String
    let units: Int
    let workspaceCount: Int
    private let shape: ConvolutionShape
    private let epilogue: Epilogue
    /// Whether only the largest of each 2 × 2 outputs is written.
    private let pools: Bool
    /// Where it is to be told what the channels do.
    private let summary: TileSummaries?
    private let set: InstructionSet
    private let transform: WinogradTransform
    /// One for each point.
    private let filters: [PackedPanels]
    /// Tiles down and across an image, and of all images.
    private let down: Int
    private let across: Int
    private let blocks: Blocks
    /// The panels a unit computes, and how many of them at a time.
    private let panels: Blocks
    private let pass: Int
    private let layout: Layout
    /// Whether the filters are too large to be in the second-level cache when they are read again.
    private let isLarge: Bool
    private let zeros: AlignedFloats

    /// Where things lie in the workspace, in floats.
    fileprivate struct Layout {
        /// The transformed inputs: points × tiles × channels.
        var inputTile = 0, inputPoint = 0
        /// The sums: points × tiles × filters of a pass.
        var sumTile = 0, sumPoint = 0
        /// Offsets of the sums and of the indirection buffers.
        var sums = 0, inputAddresses = 0, outputAddresses = 0, tileAddresses = 0, sumAddresses = 0
        /// Of the places where each tile's numbers are added, and of how much of it lies inside the image.
        var summaryAddresses = 0, extents = 0
        /// Of the pixels of one tile.
        var scratch = 0
        var count = 0
    }

    /// Declines what is not 3 × 3 of stride 1, and sizes at which the direct convolution is faster.
    init?(_ shape: ConvolutionShape, weights: AlignedFloats, epilogue: Epilogue) {
        self.init(shape, weights: weights, epilogue: epilogue, pools: false)
    }

    /// `pools`: 2 × 2 maximum pooling, of the windows that are whole, comes last; `shape.outputStep` is then its
    /// output's. `summary`: what is to be told of the channels, in the second output; the rectifier is then its own.
    init?(
        _ shape: ConvolutionShape, weights: AlignedFloats, epilogue: Epilogue, pools: Bool,
        summarizing summary: Summarizing? = nil
    ) {
        guard let size = WinogradCost(shape, .current).bestSize else { return nil }
        self.init(
            shape, weights: weights, epilogue: epilogue, pools: pools, summarizing: summary, size: size, set: .current)
    }

    init?(
        _ shape: ConvolutionShape, weights: AlignedFloats, epilogue: Epilogue, pools: Bool = false,
        summarizing summary: Summarizing? = nil, size: Int, set: InstructionSet
    ) {
        guard WinogradCost.applies(to: shape) else { return nil }
        (self.shape, self.epilogue, self.pools, self.set) = (shape, epilogue, pools, set)
        transform = WinogradTransform(size: size)
        let points = transform.points, channels = shape.inputChannels
        filters = weights.packedWeightCache.panels(.winograd(size: size, channels: channels, set: set.name)) {
            [transform] in
            let transformed = transform.transformed(weights, channels: channels, count: shape.outputChannels),
                plane = channels * shape.outputChannels
            return (0..<points).map { point in
                PackedPanels(
                    transformed.start + point * plane, stride: shape.outputChannels, columns: 0..<shape.outputChannels,
                    taps: 1, channels: channels, tails: !weights.packedWeightCache.areReloaded, for: set)
            }
        }
        down = (shape.vertical.output + size - 1) / size
        across = (shape.horizontal.output + size - 1) / size
        let tiles = shape.images * down * across, number = filters[0].panels.count,
            width = set.padded(filters[0].panels.map(\.columns.count).max() ?? 1)
        let rows = set.microkernels.tileRows(filters[0].panels.map(\.width).max() ?? 1)
        var split = Self.split(tiles: tiles, points: points, shape: shape, rows: rows, panels: number)
        self.summary = summary.map { [down, across] in
            TileSummaries($0, images: shape.images, tiles: down * across, channels: shape.outputChannels, set: set)
        }
        if let summary = self.summary { split.tiles = summary.blockSize(near: split.tiles, of: tiles, rows: rows) }
        blocks = Blocks(tiles, of: split.tiles)
        panels = Blocks(number, of: split.panels)
        pass = max(1, min(split.panels, 128 / width))
        units = blocks.number * panels.number
        let padded = set.padded(channels)
        layout = Layout(
            tiles: min(split.tiles, max(1, tiles)), points: points, outputs: size * size, channels: padded,
            filters: pass * width)
        workspaceCount = layout.count
        isLarge = 4 * points * channels * shape.outputChannels > 256 << 10
        zeros = AlignedFloats(count: channels)
        name =
            "native Winograd F(\(size)×\(size), 3×3)\(summary == nil ? "" : " + summary")\(pools ? " + max pooling" : ""), \(set.name)"
    }

    /// Tiles enough to share the filters they are multiplied with, few enough for the cache, and units enough for many
    /// threads. Filters that the second-level cache does not hold are read as seldom as can be: blocks are then large,
    /// and units are cut between panels, where a thread only transforms its tiles anew.
    private static func split(tiles: Int, points: Int, shape: ConvolutionShape, rows: Int, panels: Int) -> (
        tiles: Int, panels: Int
    ) {
        let channels = shape.inputChannels, filters = shape.outputChannels
        let isLarge = 4 * points * channels * filters > 1 << 20
        let cached = max(48, min(192, (isLarge ? 4 << 20 : 1 << 20) / (4 * points * (channels + min(128, filters)))))
        let fewest = (tiles + cached - 1) / cached, wanted = min(8, max(1, (tiles * points * channels * filters) >> 18))
        let cuts = isLarge ? min(panels, wanted) : min(panels, (wanted + fewest - 1) / fewest, (filters + 63) / 64)
        // Filters that are read from memory are multiplied with at least four register tiles, to hide the wait for them.
        let number = max(fewest, min((wanted + cuts - 1) / cuts, tiles / (isLarge ? 4 * rows : 8)), 1)
        let even = (tiles + number - 1) / number, whole = (even + rows - 1) / rows * rows
        // Whole register tiles, but not at the price of blocks of different sizes.
        return (max(1, even < 4 * rows ? even : whole), (panels + cuts - 1) / cuts)
    }

    var packedWeights: [ObjectIdentifier: Int] { filters.bytes }
    /// Those of a block of tiles.
    var unitAffinity: Int { panels.number }
    var overwritesOther: Bool { !pools && summary == nil }
    /// What its second output is, and how that becomes a summary of each image.
    var summaryJoin: SummaryJoin? { summary?.join }

    func run(_ operands: Operands, units: Range<Int>) {
        var block = -1
        for unit in units {
            let tiles = blocks[unit / panels.number]
            if unit / panels.number != block {
                block = unit / panels.number
                fillIndirection(operands, tiles)
                let (inputs, _) = indirection(operands.workspace)
                set.microkernels.winogradInputTransform(
                    WinogradInput(
                        inputs: UnsafePointer(inputs), tiles: tiles.count, channels: shape.inputChannels,
                        output: operands.workspace,
                        pointStride: layout.inputPoint, tileStride: layout.inputTile), size: transform.size)
            }
            let range = panels[unit % panels.number]
            for first in stride(from: range.lowerBound, to: range.upperBound, by: pass) {
                let end = min(first + pass, range.upperBound),
                    isLast = end == filters[0].panels.count && block + 1 < blocks.number
                multiply(
                    operands, tiles, first..<end, next: isLast ? inputs(operands, of: blocks[block + 1]) : nil)
            }
        }
    }

    /// The products at all points for some panels, and their output transform. `next`: what will be read after that.
    private func multiply(
        _ operands: Operands, _ tiles: Range<Int>, _ range: Range<Int>, next: UnsafeBufferPointer<Float>?
    ) {
        let raw = UnsafeMutableRawPointer(operands.workspace)
        let rows = (raw + 4 * layout.tileAddresses).assumingMemoryBound(to: UnsafePointer<Float>.self)
        let sums = (raw + 4 * layout.sumAddresses).assumingMemoryBound(to: UnsafeMutablePointer<Float>.self)
        let columns =
            filters[0].panels[range.lowerBound].columns
            .lowerBound..<filters[0].panels[range.upperBound - 1].columns.upperBound
        let origin = columns.lowerBound
        for point in 0..<transform.points {
            prefetch(operands, tiles.count, columns, next, part: point)
            for index in range {
                let panel = filters[point].panels[index]
                var call = PanelProduct(
                    inputs: rows, inputStride: 0, taps: 1, channels: shape.inputChannels,
                    weights: filters[point].weights.start + panel.offset, tapStride: 0,
                    outputs: sums, rows: tiles.count, width: panel.width, columns: set.padded(panel.width))
                call.inputShift = point * layout.inputPoint
                call.outputShift = point * layout.sumPoint + panel.columns.lowerBound - origin
                let isLast = index + 1 == range.upperBound, following = point + (isLast ? 1 : 0)
                if isLarge, following < transform.points {
                    let packed = filters[following]
                    call.next = UnsafePointer(
                        packed.weights.start + packed.panels[isLast ? range.lowerBound : index + 1].offset)
                }
                let weights = UnsafePointer(filters[point].weights.start)
                if isLarge, let tail = panel.tail { prefetch(weights, tail.offset..<tail.offset + tail.tapCount) }
                set.microkernels.multiply(call)
                if let tail = panel.tail {
                    call.moveToTail(tail, weights + tail.offset, behind: panel.body.count)
                    set.microkernels.multiply(call)
                }
            }
        }
        var call = WinogradOutput(
            sums: operands.workspace + layout.sums, pointStride: layout.sumPoint, tileStride: layout.sumTile,
            outputs: UnsafePointer(indirection(operands.workspace).outputs),
            outputShift: origin, tiles: tiles.count, columns: columns.count,
            epilogue: TileEpilogue(epilogue, residual: operands.residual, column: origin))
        call.pools = pools
        if let summary, let results = operands.summaries {
            call.summary = summary.start(
                tiles, columns: columns, in: results, addresses: summaryAddresses(operands.workspace),
                extents: extents(operands.workspace), scratch: operands.workspace + layout.scratch)
        }
        set.microkernels.winogradOutputTransform(call, size: transform.size)
    }

    /// The pixels that the tiles of a block read, and those beside them.
    private func inputs(_ operands: Operands, of tiles: Range<Int>) -> UnsafeBufferPointer<Float> {
        /// Counted across images: the line so far below the first that a tile reads, or the nearest in its image.
        func line(_ tile: Int, below: Int) -> Int {
            let (image, band) = (tile / across).quotientAndRemainder(dividingBy: down)
            return image * shape.vertical.input
                + min(max(0, band * transform.size - shape.vertical.padding + below), shape.vertical.input)
        }
        let first = line(tiles.lowerBound, below: 0), end = line(tiles.upperBound - 1, below: transform.side),
            count = shape.horizontal.input * shape.inputStep
        return UnsafeBufferPointer(start: operands.input + first * count, count: (end - first) * count)
    }

    /// Prefetches what the transforms would wait for otherwise, a part of it before the products of each point: what the
    /// next block reads, and the pixels of this one, which are written.
    private func prefetch(
        _ operands: Operands, _ tiles: Int, _ columns: Range<Int>, _ next: UnsafeBufferPointer<Float>?, part point: Int
    ) {
        func part(of count: Int) -> Range<Int> {
            count * point / transform.points..<count * (point + 1) / transform.points
        }
        if let next, let start = next.baseAddress { prefetch(start, part(of: next.count)) }
        let outputs = indirection(operands.workspace).outputs
        for pixel in part(of: tiles * transform.size * transform.size / (pools ? 4 : 1)) {
            if let pixel = outputs[pixel] { prefetch(UnsafePointer(pixel), columns) }
        }
    }

    /// Prefetches the cache lines, of 16 numbers each, of a range from an address on.
    private func prefetch(_ start: UnsafePointer<Float>, _ range: Range<Int>) {
        for offset in stride(from: range.lowerBound, to: range.upperBound, by: 16) { prefetch_second(start + offset) }
    }

    private func indirection(_ workspace: UnsafeMutablePointer<Float>) -> (
        inputs: UnsafeMutablePointer<UnsafePointer<Float>>, outputs: UnsafeMutablePointer<UnsafeMutablePointer<Float>?>
    ) {
        let raw = UnsafeMutableRawPointer(workspace)
        return (
            (raw + 4 * layout.inputAddresses).assumingMemoryBound(to: UnsafePointer<Float>.self),
            (raw + 4 * layout.outputAddresses).assumingMemoryBound(to: UnsafeMutablePointer<Float>?.self)
        )
    }

    private func summaryAddresses(_ workspace: UnsafeMutablePointer<Float>)
        -> UnsafeMutablePointer<UnsafeMutablePointer<Float>>
    {
        (UnsafeMutableRawPointer(workspace) + 4 * layout.summaryAddresses)
            .assumingMemoryBound(to: UnsafeMutablePointer<Float>.self)
    }

    private func extents(_ workspace: UnsafeMutablePointer<Float>) -> UnsafeMutablePointer<TileExtent> {
        (UnsafeMutableRawPointer(workspace) + 4 * layout.extents).assumingMemoryBound(to: TileExtent.self)
    }

    /// The addresses of each tile's inputs and outputs, and of its rows in the workspace.
    private func fillIndirection(_ operands: Operands, _ tiles: Range<Int>) {
        let size = transform.size, side = transform.side, vertical = shape.vertical, horizontal = shape.horizontal
        let scale = pools ? 2 : 1, height = vertical.output / scale, width = horizontal.output / scale,
            outputs = size / scale
        let line = pools ? width * shape.outputStep : shape.outputLine,
            imageStep = pools ? height * line : shape.outputImage
        let raw = UnsafeMutableRawPointer(operands.workspace)
        var (input, output) = indirection(operands.workspace)
        var row = (raw + 4 * layout.tileAddresses).assumingMemoryBound(to: UnsafePointer<Float>.self)
        var sum = (raw + 4 * layout.sumAddresses).assumingMemoryBound(to: UnsafeMutablePointer<Float>.self)
        let zeros = UnsafePointer(zeros.start)
        for (index, tile) in tiles.enumerated() {
            let (tileLine, column) = tile.quotientAndRemainder(dividingBy: across)
            let (image, band) = tileLine.quotientAndRemainder(dividingBy: down)
            let source = operands.input + image * shape.inputImage, target = operands.output + image * imageStep
            let top = band * size - vertical.padding, left = column * size - horizontal.padding
            for y in top..<top + side {
                // The pixels to the left of the image, and those up to its right end.
                let isInside = y >= 0 && y < vertical.input
                let before = isInside ? min(side, max(0, -left)) : side,
                    end = isInside ? max(before, min(side, horizontal.input - left)) : side
                writeAddresses(input, before, from: zeros, step: 0)
                writeAddresses(
                    input + before, end - before,
                    from: source + (y * horizontal.input + left + before) * shape.inputStep, step: shape.inputStep)
                writeAddresses(input + end, side - end, from: zeros, step: 0)
                input += side
            }
            for y in band * outputs..<(band + 1) * outputs {
                for x in column * outputs..<(column + 1) * outputs {
                    output.pointee = y < height && x < width ? target + y * line + x * shape.outputStep : nil
                    output += 1
                }
            }
            if summary != nil {
                extents(operands.workspace)[index] = (
                    rows: Int32(min(size, vertical.output - band * size)),
                    columns: Int32(min(size, horizontal.output - column * size))
                )
            }
            row.pointee = UnsafePointer(operands.workspace) + index * layout.inputTile
            sum.pointee = operands.workspace + layout.sums + index * layout.sumTile
            row += 1
            sum += 1
        }
    }
}

extension WinogradConvolution.Layout {
    /// A cache line between points keeps them from falling on the same lines of the first-level cache.
    init(tiles: Int, points: Int, outputs: Int, channels: Int, filters: Int) {
        inputTile = channels
        inputPoint = tiles * channels + 16
        sumTile = filters
        sumPoint = tiles * filters + 16
        sums = (points * inputPoint + 15) / 16 * 16
        inputAddresses = (sums + points * sumPoint + 31) / 16 * 16
        outputAddresses = inputAddresses + 2 * tiles * points
        tileAddresses = outputAddresses + 2 * tiles * outputs
        sumAddresses = tileAddresses + 2 * tiles
        summaryAddresses = sumAddresses + 2 * tiles
        extents = summaryAddresses + 2 * tiles
        scratch = (extents + 2 * tiles + 15) / 16 * 16
        count = scratch + 256
    }
}
