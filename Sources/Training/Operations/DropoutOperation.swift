import Kernels

/// Dropout: at random for each step, the same for the same seed.
struct DropoutOperation: Differentiable {
    let input: DifferentiableTensor
    let output: DifferentiableTensor
    private let dropout: Dropout
    private let key: UInt64

    /// `position`: of the operation in the network, so that no two draw the same.
    init(
        rate: Float, input: DifferentiableTensor, output: DifferentiableTensor, count: Int, seed: UInt64, position: Int
    ) {
        self.input = input
        self.output = output
        dropout = Dropout(rate: rate, count: count)
        key = seed &* 0x2545_F491_4F6C_DD1D &+ UInt64(position) << 40
    }

    var inputs: [DifferentiableTensor] { [input] }
    var backwardReads: (inputs: Bool, output: Bool) { (false, false) }
    var worksInPlace: Bool { true }

    private func key(_ step: Int) -> UInt64 { (key ^ UInt64(step)) &* 0xD129_0D3A_77E1_4D4B }

    func forward(_ pass: Pass) {
        unsafe dropout.run(pass[input], into: pass[output], key: key(pass.step), on: pass.pool)
    }

    func backward(
        _ pass: Pass, from gradient: UnsafeMutablePointer<Float>, into targets: [UnsafeMutablePointer<Float>?]
    ) {
        if let target = unsafe targets[0] {
            unsafe dropout.run(gradient, into: target, key: key(pass.step), on: pass.pool)
        }
    }
}
