#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// Softmax and its relatives over contiguous rows; a unit is a block of rows. May run in place.
package struct SoftmaxKernel: Kernel {
    package enum Kind: String, Sendable { case softmax, logSoftmax = "log softmax", sparsemax }
    private let kind: Kind
    private let length: Int
    private let blocks: Blocks
    private let set: InstructionSet

    package init(_ kind: Kind, rows: Int, length: Int, set: InstructionSet = .current) {
        (self.kind, self.length, self.set) = (kind, length, set)
        blocks = Blocks(rows, of: 4096 / max(1, length))
    }

    package var name: String { kind.rawValue }
    package var units: Int { length == 0 ? 0 : blocks.number }
    package var workspaceCount: Int { kind == .softmax ? 0 : length }

    package func run(_ operands: Operands, units: Range<Int>) {
        for row in units.lazy.flatMap({ blocks[$0] }) {
            let x = operands.input + row * length, y = operands.output + row * length
            switch kind {
            case .softmax: softmax(x, y)
            case .logSoftmax: logSoftmax(x, y, operands.workspace)
            case .sparsemax: sparsemax(x, y, operands.workspace)
            }
        }
    }

    private func maximum(_ x: UnsafePointer<Float>) -> Float {
        var result = x[0]
        for i in 1..<length where !(x[i] <= result) { result = x[i] }
        return result
    }

    private func softmax(_ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>) {
        set.microkernels.apply(.exponential(shift: maximum(x)), x, y, count: length)
        let share = Float(1 / sum(y))
        for i in 0..<length { y[i] *= share }
    }

    private func logSoftmax(
        _ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>, _ exponentials: UnsafeMutablePointer<Float>
    ) {
        let top = maximum(x)
        set.microkernels.apply(.exponential(shift: top), x, exponentials, count: length)
        let logarithm = Float(log(sum(exponentials)))
        for i in 0..<length { y[i] = x[i] - top - logarithm }
    }

    /// Four sums at a time, which do not wait for each other.
    private func sum(_ values: UnsafePointer<Float>) -> Double {
        var sums = SIMD4<Double>.zero, i = 0
        while i &+ 4 <= length {
            sums += SIMD4(Double(values[i]), Double(values[i &+ 1]), Double(values[i &+ 2]), Double(values[i &+ 3]))
            i &+= 4
        }
        var rest = 0.0
        while i < length { rest += Double(values[i]); i &+= 1 }
        return sums.sum() + rest
    }

    /// max(x − τ, 0) as Keras has it: with z sorted downwards, cₖ = Σ z(1…k), and the support of those k for which
    /// 1 + k · z(k) > cₖ, its τ is (Σ cₖ over the support − 1) / size of the support.
    ///
    /// Martins & Astudillo 2016 have the last cₖ there, not their sum: Keras's result sums to 1 only when the support
    /// is a single element. Networks trained with Keras expect Keras's.
    private func sparsemax(
        _ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>, _ sorted: UnsafeMutablePointer<Float>
    ) {
        sorted.update(from: x, count: length)
        var values = UnsafeMutableBufferPointer(start: sorted, count: length)
        values.sort(by: >)
        var running = 0.0, sum = 0.0, size = 0.0
        for i in 0..<length {
            running += Double(sorted[i])
            if 1 + Double(i + 1) * Double(sorted[i]) > running { (sum, size) = (sum + running, size + 1) }
        }
        // NaN or infinity leave no support; the result is NaN.
        let threshold = Float((sum - 1) / size + (running - running))
        for i in 0..<length { y[i] = x[i] - threshold < 0 ? 0 : x[i] - threshold }
    }
}
