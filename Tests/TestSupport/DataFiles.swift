/// 0, 1, 2, …
package func counting(_ count: Int) -> [Double] { (0..<count).map(Double.init) }

/// An IDX file of bytes.
package func idx(_ extents: [Int], _ bytes: [UInt8]) -> [UInt8] {
    [0, 0, 8, UInt8(extents.count)] + extents.flatMap { [0, 0, UInt8($0 >> 8), UInt8($0 & 255)] } + bytes
}
