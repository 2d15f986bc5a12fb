import KernelCalls

extension Finish {
    /// What becomes of a sum that goes to `output`, of the filter `column`s into its panel.
    @inline(__always)
    func callAsFunction(_ sum: Vector, for output: UnsafeMutablePointer<Float>, column: Int) -> Vector {
        var x = sum
        if let bias { x += load(bias + column) }
        if let residual { x += load(UnsafePointer(output) + residual) }
        return rectifies ? rectified(x) : x
    }

    /// min(x, maximum) for x ≥ 0, slope · x below. NaN stays NaN. A slope of zero makes zero even of −∞: its product's
    /// bits are masked, since a choice between vectors would be made lane by lane.
    @inline(__always)
    func rectified(_ x: Vector) -> Vector {
        let top = Vector(repeating: maximum), kept = Vector.MaskStorage(repeating: slope == 0 ? 0 : -1)
        let below = unsafeBitCast(unsafeBitCast(x * Vector(repeating: slope), to: Vector.MaskStorage.self) & kept, to: Vector.self)
        return x.replacing(with: top, where: x .> top).replacing(with: below, where: x .< Vector.zero)
    }
}
