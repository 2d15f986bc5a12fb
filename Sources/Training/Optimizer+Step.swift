import Foundation
import Kernels

extension Optimizer {
    /// The rule with its constants, as the kernels have it. A share of 1 − β is computed in Float64 and rounded once.
    private var rule: OptimizerStep.Rule {
        func rest(_ share: Float) -> Float { Float(1 - Double(share)) }
        switch self {
        case let .sgd(momentum, nesterov): return momentum == 0 ? .plain : .momentum(momentum, nesterov: nesterov)
        case let .adam(beta1, beta2, epsilon, _), let .amsgrad(beta1, beta2, epsilon):
            let amsgrad = if case .amsgrad = self { true } else { false }
            return .adam(
                keep1: beta1, take1: rest(beta1), keep2: beta2, take2: rest(beta2), epsilon: epsilon, amsgrad: amsgrad)
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
        case let .adam(beta1, beta2, _, true):
            return OptimizerStep(
                rule, rate: Float(rate / (1 - pow(Double(beta1), t))),
                momentScale: Float(1 / (1 - pow(Double(beta2), t))))
        case let .adam(beta1, beta2, _, false), let .amsgrad(beta1, beta2, _):
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
        unsafe run(
            parameters.start + range.lowerBound, gradients: gradients.start + range.lowerBound,
            slots: slots.map { unsafe $0.start + range.lowerBound }, count: range.count, on: pool)
    }
}
