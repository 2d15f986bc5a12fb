import MicrokernelInterface

/// The gradient of a convolution's weights as a sum of outer products: over all pixels, what a window reads times the
/// gradients of what it writes.
///
/// A unit is a group, some of its weights' rows (tap by tap the input channels), and a slice of the pixels. Both
/// factors are copied block by block of pixels, so that they are read from the first-level cache.
struct DirectWeightGradient: WeightGradient {
    private let shape: ConvolutionShape
    private let set: InstructionSet
    private let rows: Blocks
    private let pixels: Blocks
    private let sums: SlicedSums
    /// The gathered inputs' floats per pixel.
    private let height: Int
    /// The vectors of a group's output channels.
    private let vectors: Int
    /// Pixels that are copied at a time.
    private static let block = 64

    init(_ shape: ConvolutionShape, set: InstructionSet) {
        let shape = shape.isPointwise ? shape.flattened : shape
        (self.shape, self.set) = (shape, set)
        // As equal as can be, 80 rows at most: first layers have 75.
        let ranges = (shape.depth + 79) / 80, size = (shape.depth + ranges - 1) / ranges
        rows = Blocks(shape.depth, of: ranges == 1 ? size : set.padded(size))
        let units = rows.number * shape.groups, count = shape.outputPixels
        let slices = max(1, min((15 + units) / units, count / 256))
        pixels = Blocks(count, of: (count + slices - 1) / slices)
        sums = SlicedSums(slices: max(1, pixels.number), count: shape.weightCount, set: set)
        vectors = set.vectors(shape.groupOutputs)
        height = (rows.size + 15) / 16 * 16 + 16
    }

    private var width: Int { vectors * set.lanes }
    private var threadCount: Int { (Self.block * (height + width) + rows.size * width + 31) / 16 * 16 }

    func workspaceCount(workers: Int) -> Int { sums.workspaceCount + workers * threadCount }

    func run(
        _ input: UnsafePointer<Float>, _ outputGradient: UnsafePointer<Float>,
        into weightGradient: UnsafeMutablePointer<Float>, workspace: UnsafeMutablePointer<Float>, on pool: WorkerPool
    ) {
        let partial = workspace + pool.workers * threadCount
        if shape.outputPixels == 0 { return weightGradient.update(repeating: 0, count: shape.weightCount) }
        pool.run(parts: pixels.number * rows.number * shape.groups) { unit, worker in
            let (rest, range) = unit.quotientAndRemainder(dividingBy: rows.number),
                (slice, group) = rest.quotientAndRemainder(dividingBy: shape.groups)
            add(
                input, outputGradient, group, rows[range], pixels[slice], sums.place(slice, partial, weightGradient),
                workspace + worker * threadCount)
        }
        sums.sum(partial, into: weightGradient, on: pool)
    }

    private func add(
        _ input: UnsafePointer<Float>, _ outputGradient: UnsafePointer<Float>, _ group: Int, _ rows: Range<Int>,
        _ pixels: Range<Int>, _ target: UnsafeMutablePointer<Float>, _ memory: UnsafeMutablePointer<Float>
    ) {
        let gradients = memory + Self.block * height, result = gradients + Self.block * width, lanes = set.lanes
        for first in stride(from: pixels.lowerBound, to: pixels.upperBound, by: Self.block) {
            let count = min(Self.block, pixels.upperBound - first)
            gather(input + group * shape.groupInputs, rows, first..<first + count, into: memory)
            let source = outputGradient + first * shape.outputChannels + group * shape.groupOutputs
            for vector in 0..<vectors {
                set.microkernels.copyRows(
                    source + vector * lanes, step: shape.outputChannels, to: gradients + vector * Self.block * lanes,
                    targetStep: lanes, count: count, width: lanes)
            }
            set.microkernels.outerProduct(
                OuterProduct(
                    rows: memory, rowBlock: lanes, rowStep: height, columns: gradients, columnBlock: Self.block * lanes,
                    columnStep: lanes, count: count,
                    sums: result, sumStride: width, rowCount: rows.count, vectors: vectors,
                    accumulates: first > pixels.lowerBound))
        }
        for row in rows {
            (target + row * shape.outputChannels + group * shape.groupOutputs).update(
                from: result + (row - rows.lowerBound) * width, count: shape.groupOutputs)
        }
    }

    /// Writes for each pixel the inputs that the `rows` of the weights meet, zeros where they lie in the padding.
    ///
    /// Runs of inputs are copied in whole vectors, which may reach into the place of the next run: that is written
    /// later.
    private func gather(
        _ input: UnsafePointer<Float>, _ rows: Range<Int>, _ pixels: Range<Int>,
        into target: UnsafeMutablePointer<Float>
    ) {
        let vertical = shape.vertical, horizontal = shape.horizontal
        var start = rows.lowerBound
        while start < rows.upperBound {
            let run = InputRun(shape, from: start, before: rows.upperBound)
            var output = target + (start - rows.lowerBound), pixel = pixels.lowerBound
            while pixel < pixels.upperBound {
                let (row, x) = pixel.quotientAndRemainder(dividingBy: horizontal.output),
                    (image, y) = row.quotientAndRemainder(dividingBy: vertical.output)
                let count = min(pixels.upperBound - pixel, horizontal.output - x),
                    line = vertical.start(at: y) + run.vertical * vertical.dilation
                if line < 0 || line >= vertical.input {
                    for _ in 0..<count { zero(&output, run.count) }
                } else {
                    copy(
                        run, input + (image * vertical.input + line) * horizontal.input * shape.inputChannels,
                        columns: x..<x + count, to: &output)
                }
                pixel += count
            }
            start += run.count
        }
    }

    /// Copies what a run reads for neighbouring columns.
    private func copy(
        _ run: InputRun, _ line: UnsafePointer<Float>, columns: Range<Int>, to output: inout UnsafeMutablePointer<Float>
    ) {
        let step = shape.horizontal.stride * shape.inputChannels, inside = columns.clamped(to: run.columns)
        func edge(_ x: Int) {
            let (place, part) = run.part(at: x)
            var next = output
            zero(&next, run.count)
            if !part.isEmpty {
                (output + part.lowerBound).update(from: line + (place + part.lowerBound), count: part.count)
            }
            output = next
        }
        if inside.isEmpty { return columns.forEach(edge) }
        (columns.lowerBound..<inside.lowerBound).forEach(edge)
        set.microkernels.copyRows(
            line + run.part(at: inside.lowerBound).place, step: step, to: output, targetStep: height,
            count: inside.count, width: set.padded(run.count))
        output += inside.count * height
        (inside.upperBound..<columns.upperBound).forEach(edge)
    }

    @inline(__always)
    private func zero(_ output: inout UnsafeMutablePointer<Float>, _ count: Int) {
        output.update(repeating: 0, count: count)
        output += height
    }
}

/// Neighbouring rows of a convolution's weights whose inputs are neighbours in memory: channels of one tap, or of
/// several taps of a line where nothing lies between them.
private struct InputRun {
    /// The line of the window.
    let vertical: Int
    let count: Int
    /// The columns for which all of it lies inside the image.
    let columns: Range<Int>
    private let axis: SlidingAxis
    private let channels: Int
    /// From the first channel of the pixel under the window's first tap.
    private let offset: Int

    /// The run that begins with row `start`, cut before row `end`.
    init(_ shape: ConvolutionShape, from start: Int, before end: Int) {
        let axis = shape.horizontal, inputs = shape.groupInputs, isDense = axis.dilation == 1 && shape.groups == 1,
            length = isDense ? axis.size * inputs : inputs
        let (run, first) = start.quotientAndRemainder(dividingBy: length),
            tap = isDense ? first / inputs : run % axis.size
        self.axis = axis
        channels = shape.inputChannels
        count = min(length - first, end - start)
        vertical = isDense ? run : run / axis.size
        offset = isDense ? first : tap * axis.dilation * channels + first
        let last = isDense ? (first + count - 1) / inputs : tap, lower = axis.outputs(under: tap),
            upper = axis.outputs(under: last)
        columns = lower.lowerBound..<max(lower.lowerBound, min(lower.upperBound, upper.upperBound))
    }

    /// Where the run of column `x` begins in its line, and what of it lies inside.
    func part(at x: Int) -> (place: Int, inside: Range<Int>) {
        let place = axis.start(at: x) * channels + offset, lower = min(count, max(0, -place))
        return (place, lower..<max(lower, min(count, axis.input * channels - place)))
    }
}
