import KernelCalls

/// The transforms for the gradient of a 3 × 3 convolution's weights, the adjoints of F(4×4, 3×3): see `Winograd`.
extension Family {
    package static func winogradInputTiles(_ call: WinogradTiles) { transform(call, GradientLine.input) }

    package static func winogradGradientTiles(_ call: WinogradTiles) { transform(call, GradientLine.gradient) }

    @inline(__always)
    private static func transform<let side: Int>(_ call: WinogradTiles, _ line: (InlineArray<side, Vector>) -> InlineArray<6, Vector>) {
        var channel = 0, block = call.output
        while channel < call.channels {
            var inputs = call.inputs, output = block
            for _ in 0..<call.tiles {
                var half = InlineArray<side, InlineArray<6, Vector>> { _ in InlineArray { _ in Vector.zero } }
                var y = 0
                while y < side {
                    half[y] = line(InlineArray { load(inputs[y &* side &+ $0] + channel) })
                    y &+= 1
                }
                var target = output
                var x = 0
                while x < 6 {
                    let whole = line(InlineArray { half[$0][x] })
                    var v = 0
                    while v < 6 {
                        store(whole[v], to: target + v &* 6 &* call.pointStride)
                        v &+= 1
                    }
                    target += call.pointStride
                    x &+= 1
                }
                inputs += side &* side
                output += lanes
            }
            channel &+= lanes
            block += call.blockStride
        }
    }

    package static func winogradFilterGradient(_ call: WinogradFilters) {
        var points = call.points, taps = call.taps
        for _ in 0..<call.rows {
            var column = 0
            while column < call.columns {
                var half = InlineArray<6, InlineArray<3, Vector>> { _ in InlineArray { _ in Vector.zero } }
                var y = 0
                while y < 6 {
                    let row = UnsafePointer(points) + column + y &* 6 &* call.pointStride
                    half[y] = GradientLine.taps(InlineArray { load(row + $0 &* call.pointStride) })
                    y &+= 1
                }
                let left = call.columns &- column
                var x = 0
                while x < 3 {
                    let whole = GradientLine.taps(InlineArray { half[$0][x] })
                    var v = 0
                    while v < 3 {
                        let output = taps + (v &* 3 &+ x) &* call.tapStride + column
                        let result = call.accumulates ? whole[v] + load(output) : whole[v]
                        if left >= lanes { store(result, to: output) } else { storeTail(result, first: left, to: output) }
                        v &+= 1
                    }
                    x &+= 1
                }
                column &+= lanes
            }
            points += call.pointRow
            taps += call.tapRow
        }
    }
}

/// The transforms of one row or column, for the points 0, ±√½, ±√2, ∞.
private enum GradientLine {
    private static let root: Float = 1.414_213_56
    private static let halfRoot: Float = 0.707_106_78

    /// Bᵀ: six inputs into six points.
    @inline(__always)
    static func input(_ d: InlineArray<6, Vector>) -> InlineArray<6, Vector> {
        let even1 = scaled(d[2], -2, d[4]), odd1 = scaled(d[3], halfRoot, d[1] * -root)
        let even2 = scaled(d[2], -0.5, d[4]), odd2 = scaled(d[3], root, d[1] * -halfRoot)
        return [
            scaled(d[2], -2.5, d[0]) + d[4], even1 + odd1, even1 - odd1,
            even2 + odd2, even2 - odd2, scaled(d[3], -2.5, d[1]) + d[5],
        ]
    }

    /// A: four outputs' gradients into six points.
    @inline(__always)
    static func gradient(_ y: InlineArray<4, Vector>) -> InlineArray<6, Vector> {
        let even1 = scaled(y[2], 0.5, y[0]), odd1 = scaled(y[3], halfRoot / 2, y[1] * halfRoot)
        let even2 = scaled(y[2], 2, y[0]), odd2 = scaled(y[3], root * 2, y[1] * root)
        return [y[0], even1 + odd1, even1 - odd1, even2 + odd2, even2 - odd2, y[3]]
    }

    /// Gᵀ: six points into three taps.
    @inline(__always)
    static func taps(_ u: InlineArray<6, Vector>) -> InlineArray<3, Vector> {
        let near = (u[1] + u[2]) * (-2.0 / 3), far = (u[3] + u[4]) * (1.0 / 6)
        let odd = scaled(u[1] - u[2], -halfRoot * 2 / 3, (u[3] - u[4]) * (root / 6))
        return [u[0] + near + far, odd, scaled(near, 0.5, scaled(far, 2, u[5]))]
    }

    /// x · factor + term.
    @inline(__always)
    private static func scaled(_ x: Vector, _ factor: Float, _ term: Vector) -> Vector { multiplyAdd(x, Vector(repeating: factor), term) }
}
