import MicrokernelInterface

extension Microkernels {
    /// Writes f(input[i]) to output[i]; both may be the same. The input is readable in whole vectors.
    package static func apply(
        _ function: VectorFunction, _ input: UnsafePointer<Float>, _ output: UnsafeMutablePointer<Float>, count: Int
    ) {
        switch function {
        case let .rectifier(slope, maximum):
            if slope == 0 {
                map(input, output, count, Clipped(maximum: maximum))
            } else {
                map(input, output, count, Leaky(slope: slope, maximum: maximum))
            }
        case let .clippedLinear(slope, offset, lower, upper):
            map(input, output, count, ClippedLinear(slope: slope, offset: offset, lower: lower, upper: upper))
        case .hardSwish: map(input, output, count, HardSwish())
        case let .exponential(shift): map(input, output, count, Shifted(shift: shift))
        case .sigmoid: map(input, output, count, Sigmoid())
        case .swish: map(input, output, count, Swish())
        case .tanh: map(input, output, count, Tanh())
        case .geluByTanh: map(input, output, count, GELU())
        case let .elu(scale, alpha, divisor):
            map(input, output, count, ELU(scale: scale, alpha: alpha, divisor: divisor))
        }
    }

    @inline(__always)
    private static func map<F: Pointwise>(
        _ input: UnsafePointer<Float>, _ output: UnsafeMutablePointer<Float>, _ count: Int, _ f: F
    ) {
        var i = 0
        while i &+ lanes <= count {
            store(f(load(input + i)), to: output + i)
            i &+= lanes
        }
        if i < count { storeTail(f(load(input + i)), first: count &- i, to: output + i) }
    }
}

/// A function of each lane. Types, not closures: those are not always inlined.
private protocol Pointwise {
    func callAsFunction(_ x: Vector) -> Vector
}

private struct Clipped: Pointwise {
    let maximum: Float
    @inline(__always) func callAsFunction(_ x: Vector) -> Vector { clamped(x, 0, maximum) }
}

private struct Leaky: Pointwise {
    let slope: Float, maximum: Float
    @inline(__always) func callAsFunction(_ x: Vector) -> Vector {
        let top = Vector(repeating: maximum)
        return x.replaced(by: top, where: x, isAbove: top).replaced(by: x * slope, where: .zero, isAbove: x)
    }
}

private struct ClippedLinear: Pointwise {
    let slope: Float, offset: Float, lower: Float, upper: Float
    @inline(__always) func callAsFunction(_ x: Vector) -> Vector { clamped(x * slope + offset, lower, upper) }
}

private struct HardSwish: Pointwise {
    @inline(__always) func callAsFunction(_ x: Vector) -> Vector { x * clamped(x * 0.166_666_67 + 0.5, 0, 1) }
}

private struct Shifted: Pointwise {
    let shift: Float
    @inline(__always) func callAsFunction(_ x: Vector) -> Vector { Exponential.exp(x - shift) }
}

private struct Sigmoid: Pointwise {
    @inline(__always) func callAsFunction(_ x: Vector) -> Vector { Exponential.sigmoid(x) }
}

private struct Swish: Pointwise {
    @inline(__always) func callAsFunction(_ x: Vector) -> Vector { x * Exponential.sigmoid(x) }
}

private struct Tanh: Pointwise {
    @inline(__always) func callAsFunction(_ x: Vector) -> Vector { Exponential.tanh(x) }
}

/// With tanh for erf; ½ (1 + tanh u) is sigmoid(2u).
private struct GELU: Pointwise {
    @inline(__always) func callAsFunction(_ x: Vector) -> Vector {
        x * Exponential.sigmoid((x + x * x * x * 0.044_715) * 1.595_769_1)
    }
}

private struct ELU: Pointwise {
    let scale: Float, alpha: Float, divisor: Float
    @inline(__always) func callAsFunction(_ x: Vector) -> Vector {
        (Exponential.expMinusOne(x / divisor) * alpha).replaced(by: x, where: x, isAbove: .zero) * scale
    }
}
