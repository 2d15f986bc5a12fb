import CProcessor

/// The widest vector that the instruction set has registers for. One source serves every set: the flags of the
/// target decide, see Package.swift.
#if AVX512
package typealias Vector = SIMD16<Float>
package typealias HalfVector = SIMD8<Float>
#elseif AVX2
package typealias Vector = SIMD8<Float>
package typealias HalfVector = SIMD4<Float>
#else
package typealias Vector = SIMD4<Float>
package typealias HalfVector = SIMD2<Float>
#endif

/// Floats in a vector.
let lanes = Vector.scalarCount

/// The number of vectors that hold `floats` floats, the last one perhaps in part.
@inline(__always)
func vectorCount(_ floats: Int) -> Int { (floats &+ lanes &- 1) / lanes }

/// Whether panels may end in half a vector, which some processors that have AVX-512 multiply in half the time of a
/// whole one; and whether part of a vector is written as fast as all of it.
#if AVX512
let endsInHalves = true, storesParts = true
#else
let endsInHalves = false, storesParts = false
#endif

@inline(__always)
func load(_ address: UnsafePointer<Float>) -> Vector { UnsafeRawPointer(address).loadUnaligned(as: Vector.self) }

/// The first `count` lanes, fewer than all, with zeros above: nothing behind them is read.
@inline(__always)
func load(_ address: UnsafePointer<Float>, first count: Int) -> Vector {
    lanes_load_first(address, CInt(truncatingIfNeeded: count))
}

/// The lower half of a vector, with zeros above.
@inline(__always)
func loadHalf(_ address: UnsafePointer<Float>) -> Vector {
    Vector(lowHalf: UnsafeRawPointer(address).loadUnaligned(as: HalfVector.self), highHalf: .zero)
}

@inline(__always)
func store(_ vector: Vector, to address: UnsafeMutablePointer<Float>) {
    UnsafeMutableRawPointer(address).storeBytes(of: vector, as: Vector.self)
}

/// Writes the first `count` lanes: with `storesParts` any number of them, otherwise fewer than all.
@inline(__always)
func store(_ vector: Vector, first count: Int, to address: UnsafeMutablePointer<Float>) {
    #if AVX512
    lanes_store_first(vector, CInt(truncatingIfNeeded: count), address)
    #elseif AVX2
    store(eight: vector, first: count, to: address)
    #else
    store(four: vector, first: count, to: address)
    #endif
}

@inline(__always)
private func store(eight vector: SIMD8<Float>, first count: Int, to address: UnsafeMutablePointer<Float>) {
    if count & 4 != 0 {
        UnsafeMutableRawPointer(address).storeBytes(of: vector.lowHalf, as: SIMD4<Float>.self)
        store(four: vector.highHalf, first: count & 3, to: address + 4)
    } else {
        store(four: vector.lowHalf, first: count, to: address)
    }
}

@inline(__always)
private func store(four vector: SIMD4<Float>, first count: Int, to address: UnsafeMutablePointer<Float>) {
    if count > 0 { address[0] = vector.x }
    if count > 1 { address[1] = vector.y }
    if count > 2 { address[2] = vector.z }
}
