import MicrokernelInterface

/// The transforms for the gradient of a 3 × 3 convolution's weights, the adjoints of F(4×4, 3×3): see `WinogradLine`.
extension Microkernels {
    package static func winogradInputTiles(_ call: WinogradTiles) { transform(call, InputTransform4.self) }

    package static func winogradGradientTiles(_ call: WinogradTiles) { transform(call, WinogradGradient.self) }

    /// Two vectors of channels at a time: they share the cache lines of the image.
    @inline(__always)
    private static func transform<Line: WinogradLine>(_ call: WinogradTiles, _ line: Line.Type) {
        let side = Line.length
        var channel = 0, block = call.output
        while channel < call.channels {
            let end = min(call.channels, channel &+ 2 &* lanes)
            var inputs = call.inputs, output = block
            for tile in 0..<call.tiles {
                if tile &+ 2 < call.tiles { prefetch(inputs + 2 &* side &* side, channel, side, from: side &- 4) }
                var first = channel, start = output
                while first < end {
                    transform(line, inputs, first, to: start, step: call.pointStride)
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
    private static func write(_ value: Vector, to output: UnsafeMutablePointer<Float>, _ left: Int, _ accumulates: Bool)
    {
        store(accumulates ? value + load(output, of: left) : value, to: output, of: left)
    }

    /// The nine taps of a vector of filters.
    @inline(__always)
    private static func filter(_ points: UnsafePointer<Float>, _ stride: Int) -> InlineArray<9, Vector> {
        var half = InlineArray<6, InlineArray<3, Vector>> { _ in InlineArray { _ in Vector.zero } }
        var y = 0
        while y < 6 {
            let row = points + y &* 6 &* stride
            half[y] = taps(InlineArray { load(row + $0 &* stride) })
            y &+= 1
        }
        var result = InlineArray<9, Vector> { _ in Vector.zero }
        var x = 0
        while x < 3 {
            let whole = taps(InlineArray { half[$0][x] })
            var v = 0
            while v < 3 { result[v &* 3 &+ x] = whole[v]; v &+= 1 }
            x &+= 1
        }
        return result
    }

    /// Gᵀ: six points into three taps.
    @inline(__always)
    private static func taps(_ u: InlineArray<6, Vector>) -> InlineArray<3, Vector> {
        let near = (u[1] + u[2]) * (-2.0 / 3), far = (u[3] + u[4]) * (1.0 / 6)
        let odd = scaled(u[1] - u[2], -halfRoot * 2 / 3, (u[3] - u[4]) * (root / 6))
        return [u[0] + near + far, odd, scaled(near, 0.5, scaled(far, 2, u[5]))]
    }
}

/// A of F(4×4, 3×3): four outputs' gradients into six points.
private enum WinogradGradient: WinogradLine {
    static var length: Int { 4 }
    static var pairs: Int { 3 }

    @inline(__always)
    static func positions(_ pair: Int) -> (Int, Int) { InputTransform4.positions(pair) }

    @inline(__always)
    static func pair(_ pair: Int, _ y: (Int) -> Vector) -> VectorPair {
        switch pair {
        case 0: sumAndDifference(scaled(y(2), 0.5, y(0)), scaled(y(3), halfRoot / 2, y(1) * halfRoot))
        case 1: sumAndDifference(scaled(y(2), 2, y(0)), scaled(y(3), root * 2, y(1) * root))
        default: (first: y(0), second: y(3))
        }
    }
}
