import MicrokernelInterface

/// G g Gᵀ, the filters of F(4×4, 3×3) and F(2×2, 3×3) from weights that change from step to step: see `WinogradLine`.
extension Microkernels {
    /// For tiles of `size` × `size` outputs, 2 or 4.
    package static func winogradPack(_ call: WinogradPacking, size: Int) {
        switch vectorCount(call.pointRow) {
        case 1: FilterPanel<1>.pack(call, size)
        case 2: FilterPanel<2>.pack(call, size)
        case 3: FilterPanel<3>.pack(call, size)
        default: FilterPanel<4>.pack(call, size)
        }
    }
}

/// A panel of so many vectors. What lies side by side is read and written side by side, since taps and points lie so
/// far apart that they drive each other out of the cache.
private enum FilterPanel<let vectors: Int> {
    @inline(__always)
    static func pack(_ call: WinogradPacking, _ size: Int) {
        if size == 4 { pack(call, FilterLine.four) } else { pack(call, FilterLine.two) }
    }

    @inline(__always)
    private static func pack<let side: Int>(
        _ call: WinogradPacking, _ line: (InlineArray<3, Vector>) -> InlineArray<side, Vector>
    ) {
        var taps = call.taps, row = call.offset
        for _ in 0..<call.channels {
            var half = InlineArray<3, InlineArray<vectors, InlineArray<side, Vector>>> { _ in
                InlineArray { _ in InlineArray { _ in Vector.zero } }
            }
            var y = 0
            while y < 3 {
                let first = taps + y &* 3 &* call.tapStride
                var vector = 0
                while vector < vectors {
                    let start = first + vector &* lanes
                    half[y][vector] = line(InlineArray { load(start + $0 &* call.tapStride) })
                    vector &+= 1
                }
                y &+= 1
            }
            var x = 0
            while x < side {
                var whole = InlineArray<vectors, InlineArray<side, Vector>> { _ in InlineArray { _ in Vector.zero } }
                var vector = 0
                while vector < vectors {
                    whole[vector] = line(InlineArray { half[$0][vector][x] })
                    vector &+= 1
                }
                var v = 0
                while v < side {
                    let target = call.points[v &* side &+ x] + row
                    vector = 0
                    while vector < vectors {
                        store(whole[vector][v], to: target + vector &* lanes, of: call.pointRow &- vector &* lanes)
                        vector &+= 1
                    }
                    v &+= 1
                }
                x &+= 1
            }
            taps += call.tapRow
            row &+= call.pointRow
        }
    }
}

/// G: three taps into the points of one row or column.
private enum FilterLine {
    private static let root: Float = 1.414_213_56
    private static let halfRoot: Float = 0.707_106_78

    @inline(__always)
    static func four(_ g: InlineArray<3, Vector>) -> InlineArray<6, Vector> {
        let even1 = (g[0] + g[2] * 0.5) * (-2.0 / 3), odd1 = g[1] * (-halfRoot * 2 / 3)
        let even2 = (g[0] + g[2] * 2) * (1.0 / 6), odd2 = g[1] * (root / 6)
        return [g[0], even1 + odd1, even1 - odd1, even2 + odd2, even2 - odd2, g[2]]
    }

    @inline(__always)
    static func two(_ g: InlineArray<3, Vector>) -> InlineArray<4, Vector> {
        let even = (g[0] + g[2]) * 0.5, odd = g[1] * 0.5
        return [g[0], even + odd, even - odd, g[2]]
    }
}
