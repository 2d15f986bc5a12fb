import Kernels

/// A softmax inside the network, over the innermost axes; the last one is the loss's.
struct SoftmaxOperation: Differentiable {
    let input: DifferentiableTensor
    let output: DifferentiableTensor
    private let kernel: SoftmaxKernel
    private let gradient: SoftmaxGradient

    init(input: DifferentiableTensor, output: DifferentiableTensor, rows: Int, length: Int) {
        self.input = input
        self.output = output
        kernel = SoftmaxKernel(.softmax, rows: rows, length: length)
        gradient = SoftmaxGradient(rows: rows, length: length)
    }

    var inputs: [DifferentiableTensor] { [input] }
    var backwardReads: (inputs: Bool, output: Bool) { (false, true) }
    var worksInPlace: Bool { true }

    func forward(_ pass: Pass) { unsafe pass.run(kernel, pass[input], into: pass[output]) }

    func backward(
        _ pass: Pass, from outputGradient: UnsafeMutablePointer<Float>, into targets: [UnsafeMutablePointer<Float>?]
    ) {
        guard let target = unsafe targets[0] else { return }
        unsafe gradient.run(output: pass[output], outputGradient: outputGradient, into: target, on: pass.pool)
    }
}
