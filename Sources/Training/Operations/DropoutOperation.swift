import Kernels

/// Dropout: at random for each step, the same for the same seed.
struct DropoutOperation: Differentiable {
    let input: DifferentiableTensor
    let output: DifferentiableTensor
    let dropout: Dropout
    let seed: UInt64
    /// Of the operation in the network, so that no two draw the same.
    let position: Int

    var inputs: [DifferentiableTensor] { [input] }
    var backwardReads: (inputs: Bool, output: Bool) { (false, false) }
    var worksInPlace: Bool { true }

    private func key(_ step: Int) -> UInt64 {
        let key = seed &* 0x2545_F491_4F6C_DD1D &+ UInt64(position) << 40
        return (key ^ UInt64(step)) &* 0xD129_0D3A_77E1_4D4B
    }

    func forward(_ pass: Pass) {
        unsafe dropout.run(pass[input], into: pass[output], key: key(pass.step), on: pass.pool)
    }

    func backward(_ pass: Pass, from gradient: GradientAddress, into targets: [GradientAddress?]) {
        if let target = unsafe targets[0] {
            unsafe dropout.run(gradient, into: target, key: key(pass.step), on: pass.pool)
        }
    }
}
