import MicrokernelInterface

extension Microkernels {
    /// Writes gradient[i] · f′(input[i]), where output[i] = f(input[i]); the result may be the gradient.
    package static func differentiate(
        _ function: VectorFunction, _ input: UnsafePointer<Float>, _ output: UnsafePointer<Float>,
        _ gradient: UnsafePointer<Float>,
        _ result: UnsafeMutablePointer<Float>, count: Int
    ) {
        let run = DerivativeRun(input: input, output: output, gradient: gradient, result: result, count: count)
        switch function {
        case let .rectifier(slope, maximum): run.map(RectifierSlope(slope: slope, maximum: maximum))
        case let .clippedLinear(slope, offset, lower, upper):
            run.map(ClippedSlope(slope: slope, offset: offset, lower: lower, upper: upper))
        case .hardSwish: run.map(HardSwishSlope())
        case .exponential: run.map(ExponentialSlope())
        case .sigmoid: run.map(SigmoidSlope())
        case .swish: run.map(SwishSlope())
        case .tanh: run.map(TanhSlope())
        case .geluByTanh: run.map(GELUSlope())
        case let .elu(scale, alpha, divisor): run.map(ELUSlope(scale: scale, alpha: alpha, divisor: divisor))
        }
    }
}

private struct DerivativeRun {
    let input: UnsafePointer<Float>, output: UnsafePointer<Float>, gradient: UnsafePointer<Float>,
        result: UnsafeMutablePointer<Float>, count: Int

    @inline(__always)
    func map<D: Derivative>(_ derivative: D) {
        var i = 0
        while i < count {
            store(derivative(load(gradient + i), load(input + i), load(output + i)), to: result + i, of: count &- i)
            i &+= lanes
        }
    }
}

/// g · f′(x), from x and y = f(x). Types, not closures: those are not always inlined.
private protocol Derivative {
    func callAsFunction(_ g: Vector, _ x: Vector, _ y: Vector) -> Vector
}

private struct RectifierSlope: Derivative {
    let slope: Float, maximum: Float
    @inline(__always) func callAsFunction(_ g: Vector, _ x: Vector, _ y: Vector) -> Vector {
        (g * slope).replaced(by: g, where: x, isAbove: .zero).replaced(
            by: .zero, where: x, isAtLeast: Vector(repeating: maximum))
    }
}

private struct ClippedSlope: Derivative {
    let slope: Float, offset: Float, lower: Float, upper: Float
    @inline(__always) func callAsFunction(_ g: Vector, _ x: Vector, _ y: Vector) -> Vector {
        let value = x * slope + offset
        return (g * slope).replaced(by: .zero, where: Vector(repeating: lower), isAtLeast: value).replaced(
            by: .zero, where: value, isAtLeast: Vector(repeating: upper))
    }
}

private struct HardSwishSlope: Derivative {
    @inline(__always) func callAsFunction(_ g: Vector, _ x: Vector, _ y: Vector) -> Vector {
        let middle = g * (x * 0.333_333_34 + 0.5)
        return middle.replaced(by: .zero, where: Vector(repeating: -3), isAtLeast: x).replaced(
            by: g, where: x, isAtLeast: Vector(repeating: 3))
    }
}

private struct ExponentialSlope: Derivative {
    @inline(__always) func callAsFunction(_ g: Vector, _ x: Vector, _ y: Vector) -> Vector { g * y }
}

private struct SigmoidSlope: Derivative {
    @inline(__always) func callAsFunction(_ g: Vector, _ x: Vector, _ y: Vector) -> Vector { g * (y * (1 - y)) }
}

private struct SwishSlope: Derivative {
    @inline(__always) func callAsFunction(_ g: Vector, _ x: Vector, _ y: Vector) -> Vector {
        let share = Exponential.sigmoid(x)
        return g * (share + y * (1 - share))
    }
}

private struct TanhSlope: Derivative {
    @inline(__always) func callAsFunction(_ g: Vector, _ x: Vector, _ y: Vector) -> Vector { g * (1 - y * y) }
}

/// x σ(2u) with u = √(2/π) (x + 0.044715 x³).
private struct GELUSlope: Derivative {
    @inline(__always) func callAsFunction(_ g: Vector, _ x: Vector, _ y: Vector) -> Vector {
        let square = x * x, share = Exponential.sigmoid((x + x * square * 0.044_715) * 1.595_769_1)
        return g * (share + y * (1 - share) * (1 + square * 0.134_145) * 1.595_769_1)
    }
}

private struct ELUSlope: Derivative {
    let scale: Float, alpha: Float, divisor: Float
    @inline(__always) func callAsFunction(_ g: Vector, _ x: Vector, _ y: Vector) -> Vector {
        (g * (Exponential.exp(x / divisor) * (scale * alpha / divisor))).replaced(
            by: g * scale, where: x, isAbove: .zero)
    }
}
