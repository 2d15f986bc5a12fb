/// Writes `count` addresses of floats, an `UnsafePointer` or an `UnsafeMutablePointer`, that lie `step` floats apart.
@inline(__always)
func writeAddresses<Address: BitwiseCopyable>(
    _ entries: UnsafeMutablePointer<Address>, _ count: Int, from start: Address, step: Int
) {
    writeNumbers(
        UnsafeMutableRawPointer(entries), count, from: unsafeBitCast(start, to: Int.self),
        step: step * MemoryLayout<Float>.stride)
}

/// By fours: where pixels have few channels, their addresses would take as long as their sums.
private func writeNumbers(_ target: UnsafeMutableRawPointer, _ count: Int, from start: Int, step: Int) {
    var numbers = SIMD4(repeating: start) &+ SIMD4(0, 1, 2, 3) &* SIMD4(repeating: step), entry = target, left = count
    let four = SIMD4(repeating: 4 &* step), size = MemoryLayout<Int>.stride
    while left >= 4 {
        entry.storeBytes(of: numbers, as: SIMD4<Int>.self)
        numbers &+= four
        entry += 4 &* size
        left &-= 4
    }
    var index = 0
    while index < left {
        (entry + index &* size).storeBytes(of: numbers[index], as: Int.self)
        index &+= 1
    }
}
