import KernelCalls

/// Calls `body` with 0..<`count`; unrolled where the count is known to the compiler, so that sums stay in registers.
@inline(__always)
func forEach(_ count: Int, _ body: (Int) -> Void) {
    var i = 0
    while i < count { body(i); i &+= 1 }
}

/// Writes vectors `step` floats apart, the first `count` lanes of each, or all of them.
@inline(__always)
func store<let columns: Int>(_ vectors: InlineArray<columns, Vector>, to address: UnsafeMutablePointer<Float>, step: Int, lanes count: Int) {
    var target = address
    if count >= lanes {
        forEach(columns) { store(vectors[$0], to: target); target += step }
    } else {
        forEach(columns) { storeTail(vectors[$0], first: count, to: target); target += step }
    }
}

/// Not inlined: its branches would keep what surrounds it from being unrolled.
@inline(never)
func storeTail(_ vector: Vector, first count: Int, to address: UnsafeMutablePointer<Float>) { store(vector, first: count, to: address) }

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
