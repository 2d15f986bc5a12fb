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
