/// Writes vectors `step` floats apart, the first `count` lanes of each, or all of them.
@inline(__always)
func store<let columns: Int>(
    _ vectors: InlineArray<columns, Vector>, to address: UnsafeMutablePointer<Float>, step: Int, lanes count: Int
) {
    var target = address, column = 0
    if count >= lanes {
        while column < columns { store(vectors[column], to: target); target += step; column &+= 1 }
    } else {
        while column < columns { storeTail(vectors[column], first: count, to: target); target += step; column &+= 1 }
    }
}

/// Reads a vector, or as many of its first lanes as are left, with zeros above: where others write to what lies behind.
@inline(__always)
func load(_ address: UnsafePointer<Float>, of left: Int) -> Vector {
    left >= lanes ? load(address) : load(address, first: left)
}

/// Writes a vector, or as many of its first lanes as are left.
@inline(__always)
func store(_ vector: Vector, to address: UnsafeMutablePointer<Float>, of left: Int) {
    if left >= lanes { store(vector, to: address) } else { storeTail(vector, first: left, to: address) }
}

#if AVX512
@inline(__always)
func storeTail(_ vector: Vector, first count: Int, to address: UnsafeMutablePointer<Float>) {
    store(vector, first: count, to: address)
}
#else
/// Not inlined: its branches would keep what surrounds it from being unrolled.
@inline(never)
func storeTail(_ vector: Vector, first count: Int, to address: UnsafeMutablePointer<Float>) {
    store(vector, first: count, to: address)
}
#endif
