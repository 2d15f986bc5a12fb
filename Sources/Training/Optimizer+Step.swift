import Foundation
import Kernels

extension Optimizer {
    /// The rule with its constants, as the kernels have it. A share of 1 − β is computed in Float64 and rounded once.
    private var rule: OptimizerStep.Rule {
        func rest(_ share: Float) -> Float { Float(1 - Double(share)) }
        switch self {
        case let .sgd(momentum, nesterov): return momentum == 0 ? .plain : .momentum(momentum, nesterov: nesterov)
        case let .adam(beta1, beta2, epsilon, _):
            return .adam(
                keep1: beta1, take1: rest(beta1), keep2: beta2, take2: rest(beta2), epsilon: epsilon, amsgrad: false)
        case let .amsgrad(beta1, beta2, epsilon):
            return .adam(
                keep1: beta1, take1: rest(beta1), keep2: beta2, take2: rest(beta2), epsilon: epsilon, amsgrad: true)
        case let .adamax(beta1, beta2, epsilon):
            return .adamax(keep1: beta1, take1: rest(beta1), keep2: beta2, epsilon: epsilon)
        case let .rmsprop(rho, epsilon): return .rootMeanSquare(keep: rho, take: rest(rho), epsilon: epsilon)
        case let .adagrad(epsilon): return .rootMeanSquare(keep: 1, take: 1, epsilon: epsilon)
        case let .adadelta(rho, epsilon): return .adadelta(keep: rho, take: rest(rho), epsilon: epsilon)
        }
    }

    /// How many numbers it keeps for each parameter: at least one, since saved states of SGD have a velocity even where
    /// the momentum is 0.
    package var slotCount: Int { max(1, rule.slotCount) }

    /// The step number `step`, counted from 0, at learning rate η: what corrects the moments' bias is in it.
    func step(_ step: Int, rate: Double) -> OptimizerStep {
        let t = Double(step + 1)
        switch self {
        case let .adam(beta1, beta2, _, rescalesEpsilon):
            let first = 1 - pow(Double(beta1), t), second = 1 - pow(Double(beta2), t)
            return rescalesEpsilon
                ? OptimizerStep(rule, rate: Float(rate / first), momentScale: Float(1 / second))
                : OptimizerStep(rule, rate: Float(rate * second.squareRoot() / first))
        case let .amsgrad(beta1, beta2, _):
            return OptimizerStep(
                rule, rate: Float(rate * (1 - pow(Double(beta2), t)).squareRoot() / (1 - pow(Double(beta1), t))))
        case let .adamax(beta1, _, _):
            return OptimizerStep(rule, rate: Float(rate / (1 - pow(Double(beta1), t))))
        case .sgd, .rmsprop, .adagrad, .adadelta:
            return OptimizerStep(rule, rate: Float(rate))
        }
    }
}

extension OptimizerStep {
    /// Steps the parameters of `range`, whose gradients and slots lie at the same places of blocks of their own.
    func run(
        on parameters: AlignedFloats, _ gradients: AlignedFloats, _ slots: [AlignedFloats], _ range: Range<Int>,
        _ pool: WorkerPool
    ) {
        func slot(_ index: Int) -> UnsafeMutablePointer<Float>? {
            index < slots.count ? unsafe slots[index].start + range.lowerBound : nil
        }
        let arrays = unsafe Arrays(
            parameters: parameters.start + range.lowerBound, gradients: gradients.start + range.lowerBound,
            first: slot(0), second: slot(1), third: slot(2))
        run(arrays, count: range.count, on: pool)
    }
}
