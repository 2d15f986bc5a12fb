import MicrokernelInterface

extension Microkernels {
    /// Writes the normalized rows.
    package static func normalize(_ call: NormalizationRows, into output: UnsafeMutablePointer<Float>) {
        var x = call.input, target = output
        for _ in 0..<call.rows {
            var channel = 0
            while channel < call.channels {
                let place = ChannelPlace(call, channel), value = place.value(load(x + channel) - place.mean)
                store(
                    call.rectifies ? call.rectified(value) : value, to: target + channel, of: call.channels &- channel)
                channel &+= lanes
            }
            x += call.channels
            target += call.channels
        }
    }

    /// Adds up x − mean and its square for each channel, in whole vectors.
    package static func deviations(
        _ call: NormalizationRows, sums: UnsafeMutablePointer<Float>, squares: UnsafeMutablePointer<Float>
    ) {
        var channel = 0
        while channel < call.channels {
            if call.channels &- channel > lanes {
                Deviations<2>.run(call, channel, sums + channel, squares + channel)
                channel &+= 2 &* lanes
            } else {
                Deviations<1>.run(call, channel, sums + channel, squares + channel)
                channel &+= lanes
            }
        }
    }

    /// Adds up for each channel the gradient in front of the rectifier, and its product with x − mean.
    package static func gradientSums(
        _ call: NormalizationRows, _ gradient: UnsafePointer<Float>, sums: UnsafeMutablePointer<Float>,
        products: UnsafeMutablePointer<Float>
    ) {
        var channel = 0
        while channel < call.channels {
            if call.channels &- channel > lanes {
                GradientSums<2>.run(call, gradient + channel, channel, sums + channel, products + channel)
                channel &+= 2 &* lanes
            } else {
                GradientSums<1>.run(call, gradient + channel, channel, sums + channel, products + channel)
                channel &+= lanes
            }
        }
    }

    /// (g − constant − (x − mean) · factor) · scale with g the gradient in front of the rectifier; may run in place.
    package static func normalizationGradient(
        _ call: NormalizationRows, _ gradient: UnsafePointer<Float>, constant: UnsafePointer<Float>,
        factor: UnsafePointer<Float>,
        into output: UnsafeMutablePointer<Float>
    ) {
        var x = call.input, gradient = gradient, target = output
        for _ in 0..<call.rows {
            var channel = 0
            while channel < call.channels {
                let place = ChannelPlace(call, channel), left = call.channels &- channel,
                    deviation = load(x + channel, of: left) - place.mean
                let given = place.gradient(load(gradient + channel, of: left), deviation, call)
                let rest = given - load(constant + channel)
                store((rest - deviation * load(factor + channel)) * place.scale, to: target + channel, of: left)
                channel &+= lanes
            }
            x += call.channels
            gradient += call.channels
            target += call.channels
        }
    }
}

/// What a vector of channels is normalized with.
private struct ChannelPlace {
    let mean: Vector, scale: Vector, shift: Vector

    @inline(__always)
    init(_ call: NormalizationRows, _ channel: Int) {
        mean = load(call.mean + channel)
        scale = load(call.scale + channel)
        shift = load(call.shift + channel)
    }

    @inline(__always)
    func value(_ deviation: Vector) -> Vector { multiplyAdd(deviation, scale, shift) }

    /// The gradient in front of the rectifier: at its corners that of the flat side.
    @inline(__always)
    func gradient(_ gradient: Vector, _ deviation: Vector, _ call: NormalizationRows) -> Vector {
        guard call.rectifies else { return gradient }
        let value = value(deviation)
        return (gradient * call.slope).replaced(by: gradient, where: value, isAbove: .zero).replaced(
            by: .zero, where: value, isAtLeast: Vector(repeating: call.maximum))
    }
}

extension NormalizationRows {
    /// min(x, maximum) above zero, slope · x below; a slope of zero makes zero even of −∞.
    @inline(__always)
    fileprivate func rectified(_ x: Vector) -> Vector {
        if slope == 0 { return clamped(x, 0, maximum) }
        let top = Vector(repeating: maximum)
        return x.replaced(by: top, where: x, isAbove: top).replaced(by: x * slope, where: .zero, isAbove: x)
    }
}

/// Neighbouring vectors of channels, whose sums stay in registers over all rows.
private enum Deviations<let vectors: Int> {
    @inline(never)
    static func run(
        _ call: NormalizationRows, _ channel: Int, _ sums: UnsafeMutablePointer<Float>,
        _ squares: UnsafeMutablePointer<Float>
    ) {
        let mean = InlineArray<vectors, Vector> { load(call.mean + channel + $0 &* lanes) }
        var first = InlineArray<vectors, Vector> { _ in Vector.zero },
            second = InlineArray<vectors, Vector> { _ in Vector.zero }
        var x = call.input + channel
        for _ in 0..<call.rows {
            var v = 0
            while v < vectors {
                let deviation = load(x + v &* lanes) - mean[v]
                first[v] += deviation
                second[v] = multiplyAdd(deviation, deviation, second[v])
                v &+= 1
            }
            x += call.channels
        }
        var v = 0
        while v < vectors {
            store(load(sums + v &* lanes) + first[v], to: sums + v &* lanes)
            store(load(squares + v &* lanes) + second[v], to: squares + v &* lanes)
            v &+= 1
        }
    }
}

private enum GradientSums<let vectors: Int> {
    @inline(never)
    static func run(
        _ call: NormalizationRows, _ gradient: UnsafePointer<Float>, _ channel: Int,
        _ sums: UnsafeMutablePointer<Float>, _ products: UnsafeMutablePointer<Float>
    ) {
        let place = InlineArray<vectors, ChannelPlace> { ChannelPlace(call, channel + $0 &* lanes) }
        var first = InlineArray<vectors, Vector> { _ in Vector.zero },
            second = InlineArray<vectors, Vector> { _ in Vector.zero }
        var x = call.input + channel, gradient = gradient
        for _ in 0..<call.rows {
            var v = 0
            while v < vectors {
                let deviation = load(x + v &* lanes) - place[v].mean,
                    g = place[v].gradient(load(gradient + v &* lanes), deviation, call)
                first[v] += g
                second[v] = multiplyAdd(g, deviation, second[v])
                v &+= 1
            }
            x += call.channels
            gradient += call.channels
        }
        var v = 0
        while v < vectors {
            store(load(sums + v &* lanes) + first[v], to: sums + v &* lanes)
            store(load(products + v &* lanes) + second[v], to: products + v &* lanes)
            v &+= 1
        }
    }
}
