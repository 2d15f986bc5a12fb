/// Normalization of contiguous rows by their own variance, and mean unless `centered` is false; then γ and β.
/// A unit is a block of rows. May run in place.
package struct LayerNormalizationKernel: Kernel {
    package let name = "layer normalization"
    private let row: RowNormalization
    private let gamma: AlignedFloats?
    private let beta: AlignedFloats?
    private let blocks: Blocks

    package init(
        rows: Int, length: Int, epsilon: Float, centered: Bool = true, gamma: AlignedFloats?, beta: AlignedFloats?
    ) {
        precondition(
            [gamma, beta].allSatisfy { $0.map { $0.count == length } ?? true }, "γ and β have the length of a row")
        row = RowNormalization(length: length, epsilon: epsilon, centered: centered)
        (self.gamma, self.beta) = (gamma, beta)
        blocks = Blocks(rows, of: 4096 / max(1, length))
    }

    package var units: Int { row.length == 0 ? 0 : blocks.number }

    package func run(_ operands: Operands, units: Range<Int>) {
        for index in units.lazy.flatMap({ blocks[$0] }) {
            row.run(
                operands.input + index * row.length, gamma: gamma?.start, beta: beta?.start,
                into: operands.output + index * row.length)
        }
    }
}

/// The normalization of one row. Moments in Float64.
///
/// Without centering it is Keras's `rms_scaling`: the mean is not taken off, yet the divisor is the root of the
/// variance.
struct RowNormalization: Sendable {
    let length: Int
    let epsilon: Float
    let centered: Bool

    /// μ and 1 / √(σ² + ε).
    func moments(_ x: UnsafePointer<Float>) -> (mean: Double, scale: Double) {
        var sum = 0.0, squares = 0.0
        for i in 0..<length { sum += Double(x[i]) }
        let mean = sum / Double(length)
        for i in 0..<length { squares += (Double(x[i]) - mean) * (Double(x[i]) - mean) }
        return (mean, 1 / (squares / Double(length) + Double(epsilon)).squareRoot())
    }

    /// Without γ it is 1, without β 0.
    func run(
        _ x: UnsafePointer<Float>, gamma: UnsafePointer<Float>?, beta: UnsafePointer<Float>?,
        into y: UnsafeMutablePointer<Float>
    ) {
        let moments = moments(x), scale = Float(moments.scale), center = centered ? Float(moments.mean) : 0
        for i in 0..<length { y[i] = (x[i] - center) * scale * (gamma?[i] ?? 1) + (beta?[i] ?? 0) }
    }
}
