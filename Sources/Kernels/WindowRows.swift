/// Rows of the window read as one run of width × channels numbers instead of many short ones, since neighbouring taps
/// are neighbours in memory. Runs that extend past an end of the line are copied with their padding.
struct WindowRows: Sendable {
    /// The numbers of a run.
    let length: Int
    /// The output columns whose runs lie inside the line.
    private let inside: Range<Int>
    private let shape: ConvolutionShape

    /// nil where taps are long enough by themselves, or not neighbours.
    init?(_ shape: ConvolutionShape) {
        let horizontal = shape.horizontal
        guard shape.groups == 1, !shape.readsSlice, shape.inputChannels < 16, horizontal.size > 1,
            horizontal.dilation == 1, horizontal.output > 0
        else { return nil }
        self.shape = shape
        length = horizontal.size * shape.inputChannels
        let first = min(horizontal.output, (max(0, horizontal.padding) + horizontal.stride - 1) / horizontal.stride)
        let room = horizontal.input + horizontal.padding - horizontal.size
        inside = first..<max(first, min(horizontal.output, room < 0 ? 0 : room / horizontal.stride + 1))
    }

    /// Columns at the ends of a line.
    private var edges: Int { shape.horizontal.output - inside.count }

    /// The floats of the copies for so many output pixels in a row.
    func count(rows: Int) -> Int {
        ((rows + shape.horizontal.output - 1) / shape.horizontal.output + 1) * edges * length * shape.vertical.size
    }

    /// Writes the addresses of the runs of `count` pixels from column `x` on, and copies what has no address: `copies`
    /// has room for the edges of the line.
    func fill(
        _ entries: UnsafeMutablePointer<UnsafePointer<Float>>, columns: Range<Int>, line: UnsafePointer<Float>,
        copies: UnsafeMutablePointer<Float>
    ) {
        // Columns may lie to one side of all that are inside.
        let middle = inside.clamped(to: columns), step = shape.horizontal.stride * shape.inputChannels
        let first = line + shape.horizontal.start(at: middle.lowerBound) * shape.inputChannels
        writeAddresses(entries + (middle.lowerBound - columns.lowerBound), middle.count, from: first, step: step)
        for x in columns.lowerBound..<middle.lowerBound { entries[x - columns.lowerBound] = copy(x, line, to: copies) }
        for x in middle.upperBound..<columns.upperBound { entries[x - columns.lowerBound] = copy(x, line, to: copies) }
    }

    /// The run of an edge, with its padding.
    private func copy(_ x: Int, _ line: UnsafePointer<Float>, to copies: UnsafeMutablePointer<Float>) -> UnsafePointer<
        Float
    > {
        let copy = copies + (x < inside.lowerBound ? x : x - inside.count) * length
        let taps = shape.horizontal.taps(at: x), channels = shape.inputChannels
        copy.update(repeating: 0, count: length)
        if !taps.isEmpty {
            (copy + taps.lowerBound * channels).update(
                from: line + (shape.horizontal.start(at: x) + taps.lowerBound) * channels, count: taps.count * channels)
        }
        return UnsafePointer(copy)
    }

    /// Where the copies for one row of the window begin; `line` counts output lines from the first of the block.
    func offset(line: Int, tap: Int) -> Int { (line * shape.vertical.size + tap) * edges * length }
}
