import KernelCalls

/// The transforms for the gradient of a 3 × 3 convolution's weights, the adjoints of F(4×4, 3×3): see `Winograd`.
extension Family {
    package static func winogradInputTiles(_ call: WinogradTiles) { transform(call, WinogradLine.forward4) }

    package static func winogradGradientTiles(_ call: WinogradTiles) { transform(call, WinogradLine.gradient) }

    /// Two vectors of channels at a time: they share the cache lines of the image.
    @inline(__always)
    private static func transform<let side: Int>(_ call: WinogradTiles, _ line: (InlineArray<side, Vector>) -> InlineArray<6, Vector>) {
        var channel = 0, block = call.output
        while channel < call.channels {
            let end = min(call.channels, channel &+ 2 &* lanes)
            var inputs = call.inputs, output = block
            for tile in 0..<call.tiles {
                if tile &+ 2 < call.tiles { prefetch(inputs + 2 &* side &* side, channel, side, from: side &- 4) }
                var first = channel, start = output
                while first < end {
                    transform(inputs, first, start, call.pointStride, line)
                    first &+= lanes
                    start += call.blockStride
                }
                inputs += side &* side
                output += lanes
            }
            channel = end
            block += 2 &* call.blockStride
        }
    }

    /// One vector of channels of one tile.
    @inline(__always)
    private static func transform<let side: Int>(
        _ inputs: UnsafePointer<UnsafePointer<Float>>, _ channel: Int, _ output: UnsafeMutablePointer<Float>, _ stride: Int,
        _ line: (InlineArray<side, Vector>) -> InlineArray<6, Vector>
    ) {
        var half = InlineArray<side, InlineArray<6, Vector>> { _ in InlineArray { _ in Vector.zero } }
        var y = 0
        while y < side {
            half[y] = line(InlineArray { load(inputs[y &* side &+ $0] + channel) })
            y &+= 1
        }
        var target = output, x = 0
        while x < 6 {
            let whole = line(InlineArray { half[$0][x] })
            var v = 0
            while v < 6 {
                store(whole[v], to: target + v &* 6 &* stride)
                v &+= 1
            }
            target += stride
            x &+= 1
        }
    }

    /// Two vectors at a time: they share the cache lines of the taps, which lie so far apart that they drive each other
    /// out of the cache.
    package static func winogradFilterGradient(_ call: WinogradFilters) {
        var points = UnsafePointer(call.points), taps = call.taps
        for _ in 0..<call.rows {
            var column = 0
            while column < call.columns {
                let left = call.columns &- column, front = filter(points + column, call.pointStride)
                let back = left > lanes ? filter(points + (column &+ lanes), call.pointStride) : front
                var tap = 0
                while tap < 9 {
                    let output = taps + (tap &* call.tapStride &+ column)
                    write(front[tap], to: output, left, call.accumulates)
                    if left > lanes { write(back[tap], to: output + lanes, left &- lanes, call.accumulates) }
                    tap &+= 1
                }
                column &+= 2 &* lanes
            }
            points += call.pointRow
            taps += call.tapRow
        }
    }

    @inline(__always)
    private static func write(_ value: Vector, to output: UnsafeMutablePointer<Float>, _ left: Int, _ accumulates: Bool) {
        store(accumulates ? value + load(output) : value, to: output, of: left)
    }

    /// The nine taps of a vector of filters.
    @inline(__always)
    private static func filter(_ points: UnsafePointer<Float>, _ stride: Int) -> InlineArray<9, Vector> {
        var half = InlineArray<6, InlineArray<3, Vector>> { _ in InlineArray { _ in Vector.zero } }
        var y = 0
        while y < 6 {
            let row = points + y &* 6 &* stride
            half[y] = WinogradLine.taps(InlineArray { load(row + $0 &* stride) })
            y &+= 1
        }
        var result = InlineArray<9, Vector> { _ in Vector.zero }
        var x = 0
        while x < 3 {
            let whole = WinogradLine.taps(InlineArray { half[$0][x] })
            var v = 0
            while v < 3 { result[v &* 3 &+ x] = whole[v]; v &+= 1 }
            x &+= 1
        }
        return result
    }
}

/// The transforms of one row or column that only the gradient needs.
extension WinogradLine {
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
}
