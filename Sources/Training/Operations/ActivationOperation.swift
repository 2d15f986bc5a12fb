import Kernels

/// A function of one number applied to every element.
struct ActivationOperation: Differentiable {
    let input: DifferentiableTensor
    let output: DifferentiableTensor
    private let kernel: PointwiseKernel
    private let gradient: PointwiseGradient

    init(_ function: PointwiseFunction, input: DifferentiableTensor, output: DifferentiableTensor, count: Int) {
        self.input = input
        self.output = output
        kernel = PointwiseKernel(function, count: count)
        gradient = PointwiseGradient(function, count: count)
    }

    var inputs: [DifferentiableTensor] { [input] }
    var backwardReads: (inputs: Bool, output: Bool) { (true, true) }
    var worksInPlace: Bool { true }

    func forward(_ pass: Pass) { unsafe pass.run(kernel, pass[input], into: pass[output]) }

    func backward(
        _ pass: Pass, from outputGradient: UnsafeMutablePointer<Float>, into targets: [UnsafeMutablePointer<Float>?]
    ) {
        guard let target = unsafe targets[0] else { return }
        unsafe gradient.run(
            input: pass[input], output: pass[output], outputGradient: outputGradient, into: target, on: pass.pool)
    }
}
