import Graphs
import Kernels
import Networks

/// A graph lowered to training with one batch size: operations in order, and where everything lies.
///
/// Time runs forward through the operations, then the loss, then backward; a buffer's memory is shared with all that is
/// not alive at the same time.
struct TrainingProgram {
    struct Step {
        let operation: any Differentiable
        /// Where the gradient of its output is; nil where it is not needed.
        let gradient: BufferID?
        /// Where the gradient of each input goes; nil where it is not needed.
        let targets: [Target?]
    }

    struct Target: Sendable {
        let gradient: BufferID
        /// Where it is written first if it has to be added to what others have already put into `gradient`.
        let staging: BufferID?
    }

    /// The gradient of a further call of a shared layer, which is added to that of its first call.
    struct Sum: Sendable {
        let from: Int
        let to: Int
        let count: Int
    }

    let batch: Int
    let classes: Int
    let steps: [Step]
    let bank: ParameterBank
    /// In floats: the bank's, then those of further calls of shared layers.
    let gradientCount: Int
    let sums: [Sum]
    /// Where in the block of gradients the effects of probed tensors are noted.
    let probes: [Probe: Range<Int>]
    let arena: Arena
    let input: DifferentiableTensor
    let logits: DifferentiableTensor
    let logitsGradient: BufferID

    /// Scratch memory of a pass, in floats.
    func workspaceCount(workers: Int) -> Int { steps.map { $0.operation.workspaceCount(workers: workers) }.max() ?? 0 }

    func forward(_ pass: Pass) {
        for step in steps { unsafe step.operation.load(pass) }
        for step in steps { unsafe step.operation.forward(pass) }
    }

    /// The gradient of the logits is where `logitsGradient` says; leaves that of every parameter in the pass's
    /// gradients.
    func backward(_ pass: Pass) {
        for step in steps.reversed() {
            guard let gradient = step.gradient else { continue }
            let targets = unsafe step.targets.map { target in
                unsafe target.map { unsafe pass[$0.staging ?? $0.gradient] }
            }
            unsafe step.operation.backward(pass, from: pass[gradient], into: targets)
            for (target, input) in zip(step.targets, step.operation.inputs) {
                guard let target, let staging = target.staging else { continue }
                unsafe VectorArithmetic.add(
                    pass[staging], to: pass[target.gradient], count: batch * input.count, on: pass.pool)
            }
        }
        for sum in sums {
            unsafe VectorArithmetic.add(
                pass.gradients + sum.from, to: pass.gradients + sum.to, count: sum.count, on: pass.pool)
        }
    }
}
