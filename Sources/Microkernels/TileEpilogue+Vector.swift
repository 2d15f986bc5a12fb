import MicrokernelInterface

extension TileEpilogue {
    /// Adds the residual and applies the rectifier to sums that hold their bias already, of outputs `step` floats apart.
    @inline(__always)
    func apply<let columns: Int>(
        to sums: inout InlineArray<columns, Vector>, at output: UnsafePointer<Float>, step: Int
    ) {
        var i = 0
        if let residual {
            let other = output + residual
            while i < columns { sums[i] += load(other + i &* step); i &+= 1 }
            i = 0
        }
        guard rectifies else { return }
        let top = Vector(repeating: maximum)
        if slope == 0 {
            while i < columns { sums[i] = clamped(sums[i], .zero, top); i &+= 1 }
        } else {
            let slope = Vector(repeating: slope)
            while i < columns {
                let x = sums[i]
                sums[i] = x.replaced(by: top, where: x, isAbove: top).replaced(by: x * slope, where: .zero, isAbove: x)
                i &+= 1
            }
        }
    }
}
