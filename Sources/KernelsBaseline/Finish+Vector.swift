import KernelCalls

extension Finish {
    /// What becomes of a sum that goes to `output`, of the filter `column`s into its panel.
    @inline(__always)
    func callAsFunction(_ sum: Vector, for output: UnsafeMutablePointer<Float>, column: Int) -> Vector {
        var x = sum
        if let bias { x += load(bias + column) }
        if let residual { x += load(UnsafePointer(output) + residual) }
        if rectifies {
            let below = slope == 0 ? Vector.zero : x * Vector(repeating: slope)
            let top = Vector(repeating: maximum)
            x = x.replacing(with: top, where: x .> top).replacing(with: below, where: x .< Vector.zero)
        }
        return x
    }
}
