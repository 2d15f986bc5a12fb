import MicrokernelInterface

/// Convolution as a matrix product of the native kernels: an indirection buffer, the addresses of the pixels under each
/// tap, instead of gathered patches (implicit GEMM). A pointwise convolution and a dense layer are the case of one tap.
///
/// A unit is a block of output pixels times a block of panels. Pixels under a tap that lies in the padding are found
/// at an address of zeros, and a tap that is padding for all rows of a tile costs nothing. Where pixels have few
/// channels, as in a first layer, the taps of a row of the window are taken as one: see `WindowRows`.
struct PanelConvolution: ConvolutionImplementation {
    let name: String
    let units: Int
    let workspaceCount: Int
    private let shape: ConvolutionShape
    private let epilogue: Epilogue
    private let set: InstructionSet
    private let windowRows: WindowRows?
    private let taps: Int
    /// One for each group.
    private let groups: [PackedPanels]
    private let pixels: PixelOrder
    private let blocks: Blocks
    /// Panels of each group that a unit computes.
    private let panels: Blocks
    private let chunks: [Chunk]
    /// Whether a worker goes from block to block with the same panels, so that it reads them once: where the weights are
    /// larger than the inputs.
    private let keepsPanels: Bool
    /// The rows that all panels pass over before the next ones: what they write stays in the first-level cache where
    /// all weights together stay in the second.
    private let stripe: Int
    /// Whether tiles check for taps that are padding for all of their rows: the check takes as long as some channels.
    private let seeksPadding: Bool
    /// Whether the weights are too large to be in the second-level cache when they are read again.
    private let isLarge: Bool
    /// Whether the output is too large to be in the cache when it is written.
    private let prefetches: Bool
    private let zeros: AlignedFloats

    /// A part of the depth whose weights stay in the second-level cache while a block of rows passes over them.
    private struct Chunk { let taps: Range<Int>, channels: Range<Int> }

    init?(_ shape: ConvolutionShape, weights: AlignedFloats, epilogue: Epilogue) {
        self.init(shape, weights: weights, epilogue: epilogue, set: .current)
    }

    init?(_ shape: ConvolutionShape, weights: AlignedFloats, epilogue: Epilogue, set: InstructionSet) {
        guard shape.groupInputs > 1 || shape.groups == 1 else { return nil }
        // All pixels of a pointwise convolution are one line.
        let shape = shape.isPointwise && shape.spread == nil ? shape.flattened : shape
        windowRows = WindowRows(shape)
        let taps = windowRows == nil ? shape.vertical.size * shape.horizontal.size : shape.vertical.size
        let channels = windowRows?.length ?? shape.groupInputs
        (self.taps, self.shape, self.epilogue, self.set) = (taps, shape, epilogue, set)
        groups = weights.packedWeightCache.panels(
            .panels(taps: taps, channels: channels, groups: shape.groups, set: set.name)
        ) {
            weights.withFloats { floats in
                (0..<shape.groups).map { group in
                    PackedPanels(
                        floats, stride: shape.outputChannels,
                        columns: group * shape.groupOutputs..<(group + 1) * shape.groupOutputs,
                        taps: taps, channels: channels, tails: !weights.packedWeightCache.areReloaded, for: set)
                }
            }
        }
        pixels = PixelOrder(shape, keepsLines: windowRows != nil)
        zeros = AlignedFloats(count: max(shape.inputChannels, channels))
        seeksPadding = pixels.hasPadding && (channels >= 32 || pixels.isPositionMajor)
        isLarge = 4 * taps * channels * shape.groupOutputs > 256 << 10
        prefetches = 4 * pixels.count * shape.outputChannels > 512 << 10
        let widest = groups[0].panels.map(\.width).max() ?? 1, rows = set.microkernels.tileRows(widest)
        chunks = Self.chunks(taps: taps, channels: channels, width: widest)
        let split = Self.split(
            pixels: pixels.count, depth: taps * channels, shape: shape, rows: rows, panels: groups[0].panels.count)
        blocks = Blocks(pixels.count, of: split.rows)
        panels = Blocks(groups[0].panels.count, of: split.panels)
        units = blocks.number * panels.number
        keepsPanels = taps * channels * shape.groupOutputs > shape.images * shape.inputImage
        stripe = isLarge ? max(1, split.rows) : max(4 * rows, (64 << 8) / channels / rows * rows)
        let height = min(split.rows, max(1, pixels.count))
        workspaceCount = Self.indirectionCount(taps, height) + (windowRows?.count(rows: height) ?? 0)
        name = taps == 1 && shape.isPointwise ? "native GEMM, \(set.name)" : "native implicit GEMM, \(set.name)"
    }

    private static func chunks(taps: Int, channels: Int, width: Int) -> [Chunk] {
        let depth = max(256, (256 << 10) / (4 * width))
        if channels <= depth {
            let step = Blocks(taps, of: depth / channels)
            return (0..<step.number).map { Chunk(taps: step[$0], channels: 0..<channels) }
        }
        let step = Blocks(
            channels, of: (channels + (channels + depth - 1) / depth - 1) / ((channels + depth - 1) / depth))
        return (0..<taps).flatMap { tap in (0..<step.number).map { Chunk(taps: tap..<tap + 1, channels: step[$0]) } }
    }

    /// How much a unit takes: rows that share the inputs they read in the second-level cache, but enough units for
    /// many threads where there is work for them. Cuts between panels come first: they make no weight be read twice.
    private static func split(pixels: Int, depth: Int, shape: ConvolutionShape, rows: Int, panels: Int) -> (
        rows: Int, panels: Int
    ) {
        /// Inputs from one output to the next: a stride may be far longer than its axis.
        func step(_ axis: SlidingAxis) -> Int { min(axis.stride, max(1, axis.input)) }
        let inputs = shape.inputChannels * step(shape.vertical) * step(shape.horizontal)
        let cached = max(8 * rows, min(480, (128 << 10) / (4 * inputs)) / rows * rows)
        // Some microseconds each; the addresses and the epilogue of a row cost as much as some channels.
        let wanted = min(16, max(1, (pixels * (depth + 16) * shape.outputChannels) >> 17))
        let fewest = max(1, (pixels + cached - 1) / cached, (wanted + panels - 1) / panels)
        /// Rows of each block but the last.
        func height(_ number: Int) -> Int { max(1, (pixels + number * rows - 1) / (number * rows)) * rows }
        // Blocks of whole tiles, the last one not much smaller than the others.
        let number = (fewest...2 * fewest).first { (pixels - 1) % height($0) >= height($0) / 3 } ?? fewest
        let cuts = min(panels, max(1, (wanted + number - 1) / number))
        return (height(number), (panels + cuts - 1) / cuts)
    }

    var packedWeights: [ObjectIdentifier: Int] { groups.bytes }
    /// Those of a block of rows, or of the same panels.
    var unitAffinity: Int { keepsPanels ? blocks.number : panels.number }
    /// Chunks of the depth are added up in the output: it must not hold what is to be added last.
    var overwritesOther: Bool { chunks.count == 1 }
    var readsBeyondInput: Bool { false }

    func run(_ operands: Operands, units: Range<Int>) {
        var last = -1
        for unit in units {
            let (block, cut) =
                keepsPanels
                ? (unit % blocks.number, unit / blocks.number) : (unit / panels.number, unit % panels.number)
            let rows = blocks[block]
            if block != last { fillIndirection(operands, rows) }
            last = block
            let range = panels[cut], stripes = Blocks(rows.count, of: stripe)
            for group in groups.indices {
                for index in 0..<stripes.number {
                    run(operands, rows.count, stripes[index], groups[group], group, range)
                }
            }
        }
    }

    /// Computes the rows `stripe` of the `rows` that the indirection buffers hold.
    private func run(
        _ operands: Operands, _ rows: Int, _ stripe: Range<Int>, _ packed: PackedPanels, _ group: Int,
        _ range: Range<Int>
    ) {
        let (inputs, outputs) = indirection(operands.workspace, rows)
        /// Where a chunk's weights of a panel begin.
        func weights(_ panel: PackedPanels.Panel, _ chunk: Chunk) -> UnsafePointer<Float> {
            UnsafePointer(packed.weights.start)
                + (panel.offset + chunk.taps.lowerBound * panel.tapCount + chunk.channels.lowerBound * panel.width)
        }
        for number in range {
            let panel = packed.panels[number]
            for index in chunks.indices {
                let chunk = chunks[index]
                var call = PanelProduct(
                    inputs: inputs + chunk.taps.lowerBound * rows + stripe.lowerBound, inputStride: rows,
                    taps: chunk.taps.count, channels: chunk.channels.count,
                    weights: weights(panel, chunk), tapStride: panel.tapCount, outputs: outputs + stripe.lowerBound,
                    rows: stripe.count, width: panel.width, columns: panel.body.count)
                call.zeros =
                    seeksPadding && group == 0 && chunk.channels.lowerBound == 0 ? UnsafePointer(zeros.start) : nil
                call.inputShift = group * shape.groupInputs + chunk.channels.lowerBound
                call.outputShift = panel.columns.lowerBound
                if isLarge {
                    let isLast = index + 1 == chunks.count
                    if !isLast { call.next = weights(panel, chunks[index + 1]) }
                    if isLast, number + 1 < packed.panels.count {
                        call.next = weights(packed.panels[number + 1], chunks[0])
                    }
                }
                call.accumulates = index > 0
                call.prefetches = prefetches
                call.epilogue = TileEpilogue(epilogue, residual: operands.residual, column: panel.columns.lowerBound)
                if index < chunks.count - 1 { call.epilogue.keepBiasOnly() }
                set.microkernels.multiply(call)
                if let tail = panel.tail {
                    let offset = tail.offset + chunk.taps.lowerBound * tail.tapCount + chunk.channels.lowerBound
                    call.moveToTail(tail, packed.weights.start + offset, behind: panel.body.count)
                    set.microkernels.multiply(call)
                }
            }
        }
    }

    private typealias Indirection = (
        inputs: UnsafeMutablePointer<UnsafePointer<Float>>, outputs: UnsafeMutablePointer<UnsafeMutablePointer<Float>>
    )

    /// The indirection buffers in the workspace: taps × rows of inputs, then rows of outputs.
    private func indirection(_ workspace: UnsafeMutablePointer<Float>, _ rows: Int) -> Indirection {
        let raw = UnsafeMutableRawPointer(workspace)
        let inputs = raw.bindMemory(to: UnsafePointer<Float>.self, capacity: taps * rows)
        let outputs = (raw + taps * rows * MemoryLayout<UnsafePointer<Float>>.stride).bindMemory(
            to: UnsafeMutablePointer<Float>.self, capacity: rows)
        return (inputs, outputs)
    }

    /// The floats that the indirection buffers of so many rows take.
    private static func indirectionCount(_ taps: Int, _ rows: Int) -> Int { (2 * (taps + 1) * rows + 15) / 16 * 16 }

    /// Writes the addresses of the pixels `rows`, run by run: equally spaced pixels of a line, or of as many images.
    private func fillIndirection(_ operands: Operands, _ rows: Range<Int>) {
        let (inputs, outputs) = indirection(operands.workspace, rows.count)
        let vertical = shape.vertical, horizontal = shape.horizontal,
            step = (input: shape.inputStep, output: shape.outputStep), outputLine = shape.outputLine
        let windowRows = windowRows, first = rows.lowerBound / max(1, horizontal.output)
        let copies = operands.workspace + Self.indirectionCount(taps, rows.count)
        let image = (input: shape.inputImage, output: shape.outputImage)
        var row = 0
        while row < rows.count {
            let run = pixels.run(from: rows.lowerBound + row, limit: rows.count - row), count = run.count, y = run.y,
                x = run.x
            writeAddresses(
                outputs + row, count,
                from: operands.output + run.image * image.output + y * outputLine + x * step.output,
                step: run.isAcrossImages ? image.output : step.output)
            var entry = inputs + row
            for v in 0..<vertical.size {
                let inputY = vertical.start(at: y) + v * vertical.dilation,
                    isInside = inputY >= 0 && inputY < vertical.input
                let source = operands.input + run.image * image.input + inputY * horizontal.input * step.input
                if let windowRows {
                    if isInside {
                        windowRows.fill(
                            entry, columns: x..<x + count, line: source,
                            copies: copies + windowRows.offset(line: run.image * vertical.output + y - first, tap: v))
                    } else {
                        writeAddresses(entry, count, from: UnsafePointer(zeros.start), step: 0)
                    }
                    entry += rows.count
                    continue
                }
                for h in 0..<horizontal.size {
                    let left = horizontal.start(at: x) + h * horizontal.dilation, from = source + left * step.input
                    if run.isAcrossImages {
                        let meets = isInside && left >= 0 && left < horizontal.input
                        writeAddresses(
                            entry, count, from: meets ? from : UnsafePointer(zeros.start), step: meets ? image.input : 0
                        )
                    } else {
                        // The pixels whose tap lies to the left of the image, and those up to its right end.
                        let stride = horizontal.stride
                        let before = isInside ? min(count, max(0, (stride - 1 - left) / stride)) : count
                        let end =
                            isInside ? min(count, max(before, (horizontal.input - left + stride - 1) / stride)) : count
                        writeAddresses(entry, before, from: UnsafePointer(zeros.start), step: 0)
                        writeAddresses(
                            entry + before, end - before, from: from + before * stride * step.input,
                            step: stride * step.input)
                        writeAddresses(entry + end, count - end, from: UnsafePointer(zeros.start), step: 0)
                    }
                    entry += rows.count
                }
            }
            row += count
        }
    }
}
