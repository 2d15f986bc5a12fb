import KernelCalls

extension Finish {
    /// Completes sums that hold their bias already, of outputs `step` floats apart.
    @inline(__always)
    func complete<let columns: Int>(_ sums: inout InlineArray<columns, Vector>, for output: UnsafePointer<Float>, step: Int) {
        if let residual {
            let other = output + residual
            forEach(columns) { sums[$0] += load(other + $0 &* step) }
        }
        guard rectifies else { return }
        if maximum < .infinity {
            let top = Vector(repeating: maximum)
            forEach(columns) { sums[$0].replace(with: top, where: sums[$0] .> top) }
        }
        if slope == 0 {
            forEach(columns) { sums[$0].replace(with: Vector.zero, where: sums[$0] .< Vector.zero) }
        } else {
            let slope = Vector(repeating: slope)
            forEach(columns) { sums[$0].replace(with: sums[$0] * slope, where: sums[$0] .< Vector.zero) }
        }
    }
}
