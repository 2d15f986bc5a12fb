/// What happens to a result while it is still in cache: bias, then a rectifier.
package struct Epilogue: Sendable {
    /// One number per output channel.
    package var bias: AlignedFloats?
    package var rectifier: Rectifier?

    package init(bias: AlignedFloats? = nil, rectifier: Rectifier? = nil) {
        (self.bias, self.rectifier) = (bias, rectifier)
    }

    /// Applies to the channels `columns` of `rows` pixels that lie `stride` floats apart.
    func apply(to output: UnsafeMutablePointer<Float>, rows: Int, stride: Int, columns: Range<Int>) {
        guard bias != nil || rectifier != nil else { return }
        for row in 0..<rows {
            let pixel = output + row * stride + columns.lowerBound
            if let bias { add(bias.start + columns.lowerBound, to: pixel, columns.count) }
            rectifier?.apply(to: pixel, columns.count)
        }
    }
}

/// The ReLU family with its corner at zero: min(x, maximum) for x ≥ 0, slope · x below. NaN stays NaN.
package struct Rectifier: Sendable, Equatable {
    package var slope: Float
    package var maximum: Float

    package init(slope: Float = 0, maximum: Float = .infinity) {
        (self.slope, self.maximum) = (slope, maximum)
    }

    /// A slope of zero is zero, even of −∞.
    @inline(__always)
    func callAsFunction(_ x: Float) -> Float {
        let below = slope == 0 ? 0 : slope * x
        return x < 0 ? below : (x > maximum ? maximum : x)
    }

    func apply(to values: UnsafeMutablePointer<Float>, _ count: Int) {
        let slope = slope, maximum = maximum
        if slope == 0 {
            for i in 0..<count { let x = values[i]; values[i] = x < 0 ? 0 : (x > maximum ? maximum : x) }
        } else {
            for i in 0..<count { let x = values[i]; values[i] = x < 0 ? slope * x : (x > maximum ? maximum : x) }
        }
    }
}

/// target[i] += source[i].
func add(_ source: UnsafePointer<Float>, to target: UnsafeMutablePointer<Float>, _ count: Int) {
    for i in 0..<count { target[i] += source[i] }
}
