import Foundation
import Kernels

extension Optimizer {
    /// The rule with its constants, as the kernels have it.
    var rule: OptimizerRule {
        switch self {
        case let .sgd(momentum, nesterov): .sgd(momentum: Double(momentum), nesterov: nesterov)
        case let .adam(beta1, beta2, epsilon, _):
            .adam(beta1: Double(beta1), beta2: Double(beta2), epsilon: Double(epsilon), amsgrad: false)
        case let .amsgrad(beta1, beta2, epsilon):
            .adam(beta1: Double(beta1), beta2: Double(beta2), epsilon: Double(epsilon), amsgrad: true)
        case let .adamax(beta1, beta2, epsilon):
            .adamax(beta1: Double(beta1), beta2: Double(beta2), epsilon: Double(epsilon))
        case let .rmsprop(rho, epsilon): .rmsprop(rho: Double(rho), epsilon: Double(epsilon))
        case let .adagrad(epsilon): .adagrad(epsilon: Double(epsilon))
        case let .adadelta(rho, epsilon): .adadelta(rho: Double(rho), epsilon: Double(epsilon))
        }
    }

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
