/// One step of an optimizer over a run of parameters, in place.
package struct OptimizerStep: Sendable {
    package var rule: OptimizerRule
    /// η, with whatever corrects the bias of the first moment: Adam's η √(1 − β₂ᵗ) / (1 − β₁ᵗ), Adamax's η / (1 − β₁ᵗ).
    package var rate: Float
    /// What Adam's second moment is multiplied with before its root: 1 in the paper's efficient form, whose rate holds it,
    /// 1 / (1 − β₂ᵗ) in the form where ε is added to the corrected root.
    package var momentScale: Float
    /// Added to the gradient: l2 · θ + l1 · sign(θ).
    package var l2: Float
    package var l1: Float
    /// Decoupled decay (Loshchilov & Hutter 2019): the share of θ that is taken off it beside the rule's step.
    package var decay: Float

    package init(_ rule: OptimizerRule, rate: Float, momentScale: Float = 1, l2: Float = 0, l1: Float = 0, decay: Float = 0) {
        self.rule = rule
        self.rate = rate
        self.momentScale = momentScale
        self.l2 = l2
        self.l1 = l1
        self.decay = decay
    }

    /// The addresses of `count` parameters, their gradients, and of the rule's slots.
    package struct Arrays {
        package var parameters: UnsafeMutablePointer<Float>
        package var gradients: UnsafePointer<Float>
        package var first: UnsafeMutablePointer<Float>?
        package var second: UnsafeMutablePointer<Float>?
        package var third: UnsafeMutablePointer<Float>?

        package init(
            parameters: UnsafeMutablePointer<Float>, gradients: UnsafePointer<Float>, first: UnsafeMutablePointer<Float>? = nil,
            second: UnsafeMutablePointer<Float>? = nil, third: UnsafeMutablePointer<Float>? = nil
        ) {
            self.parameters = parameters
            self.gradients = gradients
            self.first = first
            self.second = second
            self.third = third
        }

        fileprivate var slots: Int { [first, second, third].prefix { $0 != nil }.count }
    }

    package func run(_ arrays: Arrays, count: Int, on pool: WorkerPool) {
        precondition(arrays.slots >= rule.slotCount, "the rule needs \(rule.slotCount) slots")
        let blocks = Blocks(count, of: 1 << 14)
        pool.run(parts: blocks.number) { block, _ in run(arrays, blocks[block]) }
    }

    private func run(_ arrays: Arrays, _ range: Range<Int>) {
        let theta = arrays.parameters, first = arrays.first ?? theta, second = arrays.second ?? theta, third = arrays.third ?? theta
        let rate = rate, momentScale = momentScale
        @inline(__always) func each(_ step: (Int, Float) -> Float) {
            for i in range {
                let value = theta[i], sign: Float = value > 0 ? 1 : (value < 0 ? -1 : 0)
                let change = step(i, arrays.gradients[i] + l2 * value + l1 * sign)
                theta[i] = value - decay * value - rate * change
            }
        }
        switch rule {
        case let .sgd(momentum, nesterov):
            guard momentum != 0 else { return each { _, g in g } }
            let momentum = Float(momentum)
            each { i, g in
                first[i] = momentum * first[i] + g
                return nesterov ? g + momentum * first[i] : first[i]
            }
        case let .adam(beta1, beta2, epsilon, amsgrad):
            let keep1 = Float(beta1), take1 = Float(1 - beta1), keep2 = Float(beta2), take2 = Float(1 - beta2), epsilon = Float(epsilon)
            each { i, g in
                first[i] = keep1 * first[i] + take1 * g
                second[i] = keep2 * second[i] + take2 * g * g
                if amsgrad { third[i] = max(third[i], second[i]) }
                return first[i] / (((amsgrad ? third[i] : second[i]) * momentScale).squareRoot() + epsilon)
            }
        case let .adamax(beta1, beta2, epsilon):
            let keep1 = Float(beta1), take1 = Float(1 - beta1), keep2 = Float(beta2), epsilon = Float(epsilon)
            each { i, g in
                first[i] = keep1 * first[i] + take1 * g
                second[i] = max(keep2 * second[i], abs(g) + epsilon)
                return first[i] / second[i]
            }
        case let .rmsprop(rho, epsilon):
            let keep = Float(rho), take = Float(1 - rho), epsilon = Float(epsilon)
            each { i, g in
                first[i] = keep * first[i] + take * g * g
                return g / (first[i].squareRoot() + epsilon)
            }
        case let .adagrad(epsilon):
            let epsilon = Float(epsilon)
            each { i, g in
                first[i] += g * g
                return g / (first[i].squareRoot() + epsilon)
            }
        case let .adadelta(rho, epsilon):
            let keep = Float(rho), take = Float(1 - rho), epsilon = Float(epsilon)
            each { i, g in
                first[i] = keep * first[i] + take * g * g
                let change = (second[i] + epsilon).squareRoot() / (first[i] + epsilon).squareRoot() * g
                second[i] = keep * second[i] + take * change * change
                return change
            }
        }
    }
}
