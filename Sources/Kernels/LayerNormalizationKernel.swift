/// Normalization of contiguous rows by their own variance, and mean unless `centered` is false; then γ and β.
/// A unit is a block of rows. Moments in Float64. May run in place.
///
/// Without centering it is Keras's `rms_scaling`: the mean is not taken off, yet the divisor is the root of the variance.
package struct LayerNormalizationKernel: Kernel {
    package let name = "layer normalization"
    private let length: Int
    private let epsilon: Float
    private let centered: Bool
    private let gamma: AlignedFloats?
    private let beta: AlignedFloats?
    private let blocks: Blocks

    package init(rows: Int, length: Int, epsilon: Float, centered: Bool = true, gamma: AlignedFloats?, beta: AlignedFloats?) {
        precondition([gamma, beta].allSatisfy { $0.map { $0.count == length } ?? true }, "γ and β have the length of a row")
        self.length = length
        self.epsilon = epsilon
        self.centered = centered
        self.gamma = gamma
        self.beta = beta
        blocks = Blocks(rows, of: 4096 / max(1, length))
    }

    package var units: Int { length == 0 ? 0 : blocks.number }

    package func run(_ operands: Operands, units: Range<Int>) {
        for row in units.lazy.flatMap({ blocks[$0] }) {
            let x = operands.input + row * length, y = operands.output + row * length
            var sum = 0.0, squares = 0.0
            for i in 0..<length { sum += Double(x[i]) }
            let mean = sum / Double(length)
            for i in 0..<length { squares += (Double(x[i]) - mean) * (Double(x[i]) - mean) }
            let scale = Float(1 / (squares / Double(length) + Double(epsilon)).squareRoot())
            let center = centered ? Float(mean) : 0
            for i in 0..<length { y[i] = (x[i] - center) * scale * (gamma?[i] ?? 1) + (beta?[i] ?? 0) }
        }
    }
}
