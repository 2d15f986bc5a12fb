/// How a window slides along one axis: output position o reads inputs o · stride − padding + t · dilation, t < size.
///
/// Inputs outside 0..<input are not there: a convolution counts them as zero, a pooling leaves them out.
package struct SlidingAxis: Sendable, Equatable {
    /// Lengths of the axis before and after.
    package var input: Int
    package var output: Int
    /// The number of taps.
    package var size: Int
    package var stride: Int
    package var dilation: Int
    /// The positions read before the first input, or less the inputs before the first one read; whatever is read past
    /// the end follows from the lengths.
    package var padding: Int

    package init(input: Int, output: Int, size: Int, stride: Int = 1, dilation: Int = 1, padding: Int = 0) {
        precondition(input >= 0 && output >= 0 && size > 0 && stride > 0 && dilation > 0, "impossible sliding window")
        (self.input, self.output, self.size, self.stride, self.dilation) = (input, output, size, stride, dilation)
        self.padding = padding
    }

    /// An axis along which nothing slides: every position reads itself.
    package static func pointwise(_ length: Int) -> SlidingAxis { SlidingAxis(input: length, output: length, size: 1) }

    /// The input position of tap 0; negative within the padding.
    func start(at output: Int) -> Int { output * stride - padding }

    /// The taps that meet an input.
    func taps(at output: Int) -> Range<Int> {
        let start = start(at: output)
        let lower = start < 0 ? min(size, (-start + dilation - 1) / dilation) : 0
        let upper = input <= start ? 0 : min(size, (input - start + dilation - 1) / dilation)
        return lower..<max(lower, upper)
    }

    /// Whether some window extends past an end.
    var hasPadding: Bool { output > 0 && (padding > 0 || start(at: output - 1) + (size - 1) * dilation >= input) }

    var isPointwise: Bool { size == 1 && stride == 1 && padding == 0 && input == output }
}
