import CProcessor

/// The square root of each lane, exactly rounded. `Vector.squareRoot()` would take one lane after the other.
@inline(__always)
func squareRoot(_ x: Vector) -> Vector {
    var result = x
    withUnsafeMutablePointer(to: &result) { pointer in
        let floats = UnsafeMutableRawPointer(pointer).assumingMemoryBound(to: Float.self)
        #if AVX512
        square_roots16(floats)
        #elseif AVX2
        square_roots8(floats)
        #else
        square_roots4(floats)
        #endif
    }
    return result
}
