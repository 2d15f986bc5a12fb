import KernelCalls

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
        self.shape = shape
        self.set = set
        // As equal as can be, 80 rows at most: first layers have 75.
        let ranges = (shape.depth + 79) / 80, size = (shape.depth + ranges - 1) / ranges
        rows = Blocks(shape.depth, of: ranges == 1 ? size : (size + set.lanes - 1) / set.lanes * set.lanes)
        let units = rows.number * shape.groups, count = shape.outputPixels
        let slices = max(1, min((15 + units) / units, count / 256))
        pixels = Blocks(count, of: (count + slices - 1) / slices)
        sums = SlicedSums(slices: max(1, pixels.number), count: shape.weightCount, set: set)
        vectors = (shape.groupOutputs + set.lanes - 1) / set.lanes
        height = (rows.size + 15) / 16 * 16 + 16
    }

    private var width: Int { vectors * set.lanes }
    private var threadCount: Int { (Self.block * (height + width) + rows.size * width + 31) / 16 * 16 }

    func workspaceCount(workers: Int) -> Int { sums.workspaceCount + workers * threadCount }

    func run(
        _ input: UnsafePointer<Float>, _ outputGradient: UnsafePointer<Float>, into weightGradient: UnsafeMutablePointer<Float>,
        workspace: UnsafeMutablePointer<Float>, on pool: WorkerPool
    ) {
        let partial = workspace + pool.workers * threadCount
        if shape.outputPixels == 0 { return weightGradient.update(repeating: 0, count: shape.weightCount) }
        pool.run(parts: pixels.number * rows.number * shape.groups) { unit, worker in
            let (rest, range) = unit.quotientAndRemainder(dividingBy: rows.number), (slice, group) = rest.quotientAndRemainder(dividingBy: shape.groups)
            add(input, outputGradient, group, rows[range], pixels[slice], sums.place(slice, partial, weightGradient), workspace + worker * threadCount)
        }
        sums.sum(partial, into: weightGradient, on: pool)
    }

    private func add(
        _ input: UnsafePointer<Float>, _ outputGradient: UnsafePointer<Float>, _ group: Int, _ rows: Range<Int>, _ pixels: Range<Int>,
        _ target: UnsafeMutablePointer<Float>, _ memory: UnsafeMutablePointer<Float>
    ) {
        let gradients = memory + Self.block * height, result = gradients + Self.block * width, lanes = set.lanes
        for first in stride(from: pixels.lowerBound, to: pixels.upperBound, by: Self.block) {
            let count = min(Self.block, pixels.upperBound - first)
            gather(input + group * shape.groupInputs, rows, first..<first + count, into: memory)
            let source = outputGradient + first * shape.outputChannels + group * shape.groupOutputs
            for vector in 0..<vectors {
                set.training.copyVectors(source + vector * lanes, shape.outputChannels, gradients + vector * Self.block * lanes, lanes, count)
            }
            set.training.outerProduct(OuterProduct(
                rows: memory, rowBlock: lanes, rowStep: height, columns: gradients, columnBlock: Self.block * lanes, columnStep: lanes, count: count,
                sums: result, sumStride: width, rowCount: rows.count, vectors: vectors, accumulates: first > pixels.lowerBound))
        }
        for row in rows {
            (target + row * shape.outputChannels + group * shape.groupOutputs).update(from: result + (row - rows.lowerBound) * width, count: shape.groupOutputs)
        }
    }

    /// Writes for each pixel the inputs that the `rows` of the weights meet, zeros where they lie in the padding.
    private func gather(_ input: UnsafePointer<Float>, _ rows: Range<Int>, _ pixels: Range<Int>, into target: UnsafeMutablePointer<Float>) {
        let vertical = shape.vertical, horizontal = shape.horizontal, channels = shape.groupInputs
        // The taps of a line lie end to end where nothing lies between them.
        let isDense = horizontal.dilation == 1 && shape.groups == 1, run = isDense ? horizontal.size * channels : channels
        var start = rows.lowerBound
        while start < rows.upperBound {
            let end = min(rows.upperBound, (start / run + 1) * run), inside = start % run
            let (v, tap) = isDense ? (start / run, 0) : (start / run).quotientAndRemainder(dividingBy: horizontal.size)
            var output = target + (start - rows.lowerBound)
            var (row, x) = pixels.lowerBound.quotientAndRemainder(dividingBy: horizontal.output)
            var (image, y) = row.quotientAndRemainder(dividingBy: vertical.output)
            for _ in pixels {
                let line = vertical.start(at: y) + v * vertical.dilation, column = horizontal.start(at: x) + tap * horizontal.dilation
                // The part of the run that lies inside the image.
                let isInside = line >= 0 && line < vertical.input
                let lower = isInside ? min(max(inside, -column * channels), inside + end - start) : inside
                let room = isDense ? (horizontal.input - column) * channels : column >= 0 && column < horizontal.input ? channels : 0
                let upper = isInside && (isDense || column >= 0) ? max(lower, min(inside + end - start, room)) : lower
                let from = input + ((image * vertical.input + line) * horizontal.input + column) * shape.inputChannels
                fill(output, lower - inside)
                copy(from + lower, to: output + (lower - inside), upper - lower)
                fill(output + (upper - inside), inside + end - start - upper)
                output += height
                x += 1
                if x < horizontal.output { continue }
                x = 0
                row += 1
                (image, y) = row.quotientAndRemainder(dividingBy: vertical.output)
            }
            start = end
        }
    }

    @inline(__always)
    private func fill(_ target: UnsafeMutablePointer<Float>, _ count: Int) { if count > 0 { target.update(repeating: 0, count: count) } }

    @inline(__always)
    private func copy(_ source: UnsafePointer<Float>, to target: UnsafeMutablePointer<Float>, _ count: Int) {
        if count > 0 { target.update(from: source, count: count) }
    }
}
