import MicrokernelInterface

extension Microkernels {
    package static func optimize(_ run: OptimizerRun, _ rule: OptimizerRule) {
        switch rule {
        case .plain: step(run, Plain())
        case let .momentum(momentum, nesterov): step(run, Momentum(momentum: momentum, nesterov: nesterov))
        case let .adam(keep1, take1, keep2, take2, epsilon, amsgrad):
            step(
                run,
                Adam(
                    keep1: keep1, take1: take1, keep2: keep2, take2: take2, epsilon: epsilon,
                    scale: run.momentScale, amsgrad: amsgrad))
        case let .adamax(keep1, take1, keep2, epsilon):
            step(run, Adamax(keep1: keep1, take1: take1, keep2: keep2, epsilon: epsilon))
        case let .rootMeanSquare(keep, take, epsilon):
            step(run, RootMeanSquare(keep: keep, take: take, epsilon: epsilon))
        case let .adadelta(keep, take, epsilon): step(run, Adadelta(keep: keep, take: take, epsilon: epsilon))
        }
    }

    @inline(__always)
    private static func step<R: Rule>(_ run: OptimizerRun, _ rule: R) {
        var i = 0
        while i < run.count {
            let theta = load(run.parameters + i), one = Vector(repeating: 1)
            let sign = Vector.zero.replaced(by: one, where: theta, isAbove: .zero).replaced(
                by: -one, where: .zero, isAbove: theta)
            let gradient = load(run.gradients + i) + theta * run.l2 + sign * run.l1
            let change = rule.change(gradient, Slots(run: run, index: i))
            store((theta - change * run.rate) * (1 - run.decay), to: run.parameters + i, of: run.count &- i)
            i &+= lanes
        }
    }
}

/// The slots of the parameters from `index` on.
private struct Slots {
    let run: OptimizerRun
    let index: Int

    @inline(__always) var first: Vector {
        get { load(run.first + index) }
        nonmutating set { store(newValue, to: run.first + index, of: run.count &- index) }
    }
    @inline(__always) var second: Vector {
        get { load(run.second + index) }
        nonmutating set { store(newValue, to: run.second + index, of: run.count &- index) }
    }
    @inline(__always) var third: Vector {
        get { load(run.third + index) }
        nonmutating set { store(newValue, to: run.third + index, of: run.count &- index) }
    }
}

/// What is subtracted from the parameters, times the rate. Types, not closures: those are not always inlined.
private protocol Rule {
    func change(_ g: Vector, _ slots: Slots) -> Vector
}

private struct Plain: Rule {
    @inline(__always) func change(_ g: Vector, _ slots: Slots) -> Vector { g }
}

private struct Momentum: Rule {
    let momentum: Float, nesterov: Bool
    @inline(__always) func change(_ g: Vector, _ slots: Slots) -> Vector {
        let velocity = slots.first * momentum + g
        slots.first = velocity
        return nesterov ? g + velocity * momentum : velocity
    }
}

private struct Adam: Rule {
    let keep1: Float, take1: Float, keep2: Float, take2: Float, epsilon: Float, scale: Float, amsgrad: Bool
    @inline(__always) func change(_ g: Vector, _ slots: Slots) -> Vector {
        let mean = slots.first * keep1 + g * take1
        var square = slots.second * keep2 + g * g * take2
        slots.first = mean
        slots.second = square
        if amsgrad {
            let largest = slots.third
            square = larger(largest, than: square)
            slots.third = square
        }
        return mean / (squareRoot(square * scale) + epsilon)
    }
}

private struct Adamax: Rule {
    let keep1: Float, take1: Float, keep2: Float, epsilon: Float
    @inline(__always) func change(_ g: Vector, _ slots: Slots) -> Vector {
        let mean = slots.first * keep1 + g * take1, size = g.replaced(by: -g, where: .zero, isAbove: g) + epsilon,
            kept = slots.second * keep2
        let largest = larger(kept, than: size)
        slots.first = mean
        slots.second = largest
        return mean / largest
    }
}

private struct RootMeanSquare: Rule {
    let keep: Float, take: Float, epsilon: Float
    @inline(__always) func change(_ g: Vector, _ slots: Slots) -> Vector {
        let square = slots.first * keep + g * g * take
        slots.first = square
        return g / (squareRoot(square) + epsilon)
    }
}

private struct Adadelta: Rule {
    let keep: Float, take: Float, epsilon: Float
    @inline(__always) func change(_ g: Vector, _ slots: Slots) -> Vector {
        let square = slots.first * keep + g * g * take, travelled = slots.second
        let change = squareRoot(travelled + epsilon) / squareRoot(square + epsilon) * g
        slots.first = square
        slots.second = travelled * keep + change * change * take
        return change
    }
}
