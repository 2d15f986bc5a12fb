import MicrokernelInterface

/// The columns of an output row, grouped by the horizontal taps that meet the image.
///
/// `@unchecked Sendable`: written before it is shared.
final class SlidingSpans: @unchecked Sendable {
    let start: UnsafeMutablePointer<SlidingSpan>
    let count: Int
    /// Columns of the longest one.
    let longest: Int

    /// `step`: the floats from one input pixel to the next.
    init(_ axis: SlidingAxis, step: Int) {
        var spans: [SlidingSpan] = [], last: Range<Int>?
        for column in 0..<axis.output {
            let taps = axis.taps(at: column)
            if taps == last {
                spans[spans.count - 1].columns += 1
            } else {
                let input = taps.isEmpty ? 0 : (axis.start(at: column) + taps.lowerBound * axis.dilation) * step
                spans.append(
                    SlidingSpan(
                        columns: 1, firstTap: taps.isEmpty ? 0 : taps.lowerBound, taps: taps.count, input: input))
                last = taps
            }
        }
        start = .allocate(capacity: spans.count)
        start.initialize(from: spans, count: spans.count)
        count = spans.count
        longest = spans.map(\.columns).max() ?? 0
    }

    deinit { start.deallocate() }
}

extension SlidingRow {
    /// The floats of scratch memory that the addresses of input rows take.
    static func workspaceCount(_ vertical: SlidingAxis) -> Int { 2 * min(vertical.size, vertical.input) }

    /// Row `row` of all images' output rows, which begins at `output`, and the first vertical tap that meets the image.
    static func at(
        _ row: Int, _ operands: Operands, vertical: SlidingAxis, horizontal: SlidingAxis, channels: Int, inputStep: Int,
        output: UnsafeMutablePointer<Float>, outputStep: Int, spans: SlidingSpans
    ) -> (row: SlidingRow, firstTap: Int) {
        let (image, y) = row.quotientAndRemainder(dividingBy: vertical.output), taps = vertical.taps(at: y),
            line = horizontal.input * inputStep
        let inputs = UnsafeMutableRawPointer(operands.workspace).bindMemory(
            to: UnsafePointer<Float>.self, capacity: taps.count)
        for (index, tap) in taps.enumerated() {
            inputs[index] =
                operands.input + (image * vertical.input + vertical.start(at: y) + tap * vertical.dilation) * line
        }
        let place = SlidingRow(
            inputs: inputs, taps: taps.count, pixelStep: horizontal.dilation * inputStep,
            columnStep: horizontal.stride * inputStep, channels: channels, outputStep: outputStep,
            spans: spans.start, spanCount: spans.count, output: output)
        return (place, taps.isEmpty ? 0 : taps.lowerBound)
    }
}
