import KernelCalls

/// Convolution as a matrix product of the native kernels: addresses of the pixels under each tap instead of gathered
/// patches (implicit GEMM). A pointwise convolution and a dense layer are the case of one tap.
///
/// A unit is a block of output pixels times a block of panels. Pixels under a tap that lies in the padding are found
/// at an address of zeros, and a tap that is padding for all rows of a tile costs nothing.
struct PanelConvolution: ConvolutionImplementation {
    let name: String
    let units: Int
    let workspaceCount: Int
    private let shape: ConvolutionShape
    private let epilogue: Epilogue
    private let set: InstructionSet
    /// One for each group.
    private let groups: [PackedPanels]
    private let pixels: PixelOrder
    private let blocks: Blocks
    /// Panels of each group that a unit computes.
    private let panels: Blocks
    private let chunks: [Chunk]
    private let zeros: AlignedFloats
    private let bias: AlignedFloats?

    /// A part of the depth whose weights stay in the second-level cache while a block of rows passes over them.
    private struct Chunk { let taps: Range<Int>, channels: Range<Int> }

    init?(_ shape: ConvolutionShape, weights: AlignedFloats, epilogue: Epilogue) {
        self.init(shape, weights: weights, epilogue: epilogue, set: .current)
    }

    init?(_ shape: ConvolutionShape, weights: AlignedFloats, epilogue: Epilogue, set: InstructionSet) {
        guard shape.groupInputs > 1 || shape.groups == 1 else { return nil }
        let taps = shape.vertical.size * shape.horizontal.size, channels = shape.groupInputs
        self.shape = shape
        self.epilogue = epilogue
        self.set = set
        groups = (0..<shape.groups).map { group in
            PackedPanels(weights.start, stride: shape.outputChannels, columns: group * shape.groupOutputs..<(group + 1) * shape.groupOutputs,
                         taps: taps, channels: channels, for: set)
        }
        pixels = PixelOrder(shape)
        zeros = AlignedFloats(count: shape.inputChannels)
        bias = epilogue.bias
        let widest = groups[0].panels.map(\.vectors).max() ?? 1, rows = set.tileRows(widest)
        chunks = Self.chunks(taps: taps, channels: channels, width: widest * set.lanes)
        let split = Self.split(pixels: pixels.count, depth: taps * channels, shape: shape, rows: rows, panels: groups[0].panels.count)
        blocks = Blocks(pixels.count, of: split.rows)
        panels = Blocks(groups[0].panels.count, of: split.panels)
        units = blocks.number * panels.number
        workspaceCount = 2 * (taps + 1) * min(split.rows, max(1, pixels.count))
        name = taps == 1 && shape.isPointwise ? "native GEMM, \(set.name)" : "native implicit GEMM, \(set.name)"
    }

    private static func chunks(taps: Int, channels: Int, width: Int) -> [Chunk] {
        let depth = max(256, (256 << 10) / (4 * width))
        if channels <= depth {
            let step = Blocks(taps, of: depth / channels)
            return (0..<step.number).map { Chunk(taps: step[$0], channels: 0..<channels) }
        }
        let step = Blocks(channels, of: (channels + (channels + depth - 1) / depth - 1) / ((channels + depth - 1) / depth))
        return (0..<taps).flatMap { tap in (0..<step.number).map { Chunk(taps: tap..<tap + 1, channels: step[$0]) } }
    }

    /// How much a unit takes: rows that share the inputs they read in the second-level cache, but enough units for
    /// many threads where there is work for them.
    private static func split(pixels: Int, depth: Int, shape: ConvolutionShape, rows: Int, panels: Int) -> (rows: Int, panels: Int) {
        let inputs = shape.inputChannels * shape.vertical.stride * shape.horizontal.stride
        let cached = max(8 * rows, min(480, (128 << 10) / (4 * inputs)) / rows * rows)
        let work = pixels * depth * shape.outputChannels
        let wanted = min(16, max(1, work >> 18))
        let height = max(2 * rows, min(cached, (pixels + wanted - 1) / wanted + rows - 1) / rows * rows)
        let number = max(1, (pixels + height - 1) / height)
        // Units of equal height, the last one not a mere rest.
        let even = ((pixels + number - 1) / number + rows - 1) / rows * rows
        let cuts = min(panels, max(1, (wanted + number - 1) / number))
        return (max(1, even), (panels + cuts - 1) / cuts)
    }

    func run(_ operands: Operands, units: Range<Int>) {
        var block = -1
        for unit in units {
            let rows = blocks[unit / panels.number]
            if unit / panels.number != block {
                block = unit / panels.number
                fillTables(operands, rows)
            }
            for group in groups.indices { run(operands, rows.count, groups[group], group, panels[unit % panels.number]) }
        }
    }

    private func run(_ operands: Operands, _ rows: Int, _ packed: PackedPanels, _ group: Int, _ range: Range<Int>) {
        let (inputs, outputs) = tables(operands.workspace, rows)
        var residual: Int?
        if let other = operands.other { residual = other - UnsafePointer(operands.output) }
        for panel in packed.panels[range] {
            for (index, chunk) in chunks.enumerated() {
                var call = PanelProduct(
                    inputs: inputs + chunk.taps.lowerBound * rows, inputStride: rows, taps: chunk.taps.count, channels: chunk.channels.count,
                    weights: packed.weights.start + panel.offset + chunk.taps.lowerBound * panel.tapCount + chunk.channels.lowerBound * panel.vectors * set.lanes,
                    tapStride: panel.tapCount, outputs: outputs, rows: rows, vectors: panel.vectors, columns: panel.columns.count)
                call.zeros = pixels.hasPadding && group == 0 && chunk.channels.lowerBound == 0 ? UnsafePointer(zeros.start) : nil
                call.inputShift = group * shape.groupInputs + chunk.channels.lowerBound
                call.outputShift = panel.columns.lowerBound
                call.accumulates = index > 0
                if index == chunks.count - 1 { call.finish = Finish(epilogue, bias: bias, residual: residual, column: panel.columns.lowerBound) }
                set.multiply(call)
            }
        }
    }

    private typealias Tables = (inputs: UnsafeMutablePointer<UnsafePointer<Float>>, outputs: UnsafeMutablePointer<UnsafeMutablePointer<Float>>)

    /// The tables of addresses in the workspace: taps × rows of inputs, then rows of outputs.
    private func tables(_ workspace: UnsafeMutablePointer<Float>, _ rows: Int) -> Tables {
        let raw = UnsafeMutableRawPointer(workspace), taps = shape.vertical.size * shape.horizontal.size
        let inputs = raw.bindMemory(to: UnsafePointer<Float>.self, capacity: taps * rows)
        let outputs = (raw + taps * rows * MemoryLayout<UnsafePointer<Float>>.stride).bindMemory(to: UnsafeMutablePointer<Float>.self, capacity: rows)
        return (inputs, outputs)
    }

    private func fillTables(_ operands: Operands, _ rows: Range<Int>) {
        let (inputs, outputs) = tables(operands.workspace, rows.count)
        let vertical = shape.vertical, horizontal = shape.horizontal, zeros = UnsafePointer(zeros.start)
        for row in 0..<rows.count {
            let (image, y, x) = pixels[rows.lowerBound + row]
            outputs[row] = operands.output + ((image * vertical.output + y) * horizontal.output + x) * shape.outputChannels
            let source = operands.input + image * shape.inputImage
            var entry = inputs + row
            for v in 0..<vertical.size {
                let inputY = vertical.start(at: y) + v * vertical.dilation
                for h in 0..<horizontal.size {
                    let inputX = horizontal.start(at: x) + h * horizontal.dilation
                    let isInside = inputY >= 0 && inputY < vertical.input && inputX >= 0 && inputX < horizontal.input
                    entry.pointee = isInside ? source + (inputY * horizontal.input + inputX) * shape.inputChannels : zeros
                    entry += rows.count
                }
            }
        }
    }
}

/// The order in which output pixels are computed.
struct PixelOrder: Sendable {
    let count: Int
    /// Whether some tap of some pixel lies outside the image.
    let hasPadding: Bool
    private let images: Int
    private let height: Int
    private let width: Int
    /// Whether the same pixel of all images comes together: they have the same taps in the padding, which a tile can
    /// then leave out. It pays for small images, most of whose taps are padding.
    private let isPositionMajor: Bool

    init(_ shape: ConvolutionShape) {
        images = shape.images
        height = shape.vertical.output
        width = shape.horizontal.output
        count = images * height * width
        hasPadding = shape.vertical.hasPadding || shape.horizontal.hasPadding
        isPositionMajor = hasPadding && height * width <= 16 && images > 1
    }

    subscript(index: Int) -> (image: Int, y: Int, x: Int) {
        if isPositionMajor {
            let (position, image) = index.quotientAndRemainder(dividingBy: images)
            return (image, position / width, position % width)
        }
        let (row, x) = index.quotientAndRemainder(dividingBy: width)
        let (image, y) = row.quotientAndRemainder(dividingBy: height)
        return (image, y, x)
    }
}

extension SlidingAxis {
    /// Whether some window reaches over an end.
    var hasPadding: Bool {
        output > 0 && (padding > 0 || start(at: output - 1) + (size - 1) * dilation >= input)
    }
}

extension Finish {
    /// The epilogue for filters from `column` on.
    init(_ epilogue: Epilogue, bias: AlignedFloats?, residual: Int?, column: Int) {
        self.init()
        self.bias = bias.map { UnsafePointer($0.start + column) }
        self.residual = residual
        guard let rectifier = epilogue.rectifier else { return }
        rectifies = true
        slope = rectifier.slope
        maximum = rectifier.maximum
    }
}
