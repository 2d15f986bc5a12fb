import Kernels

/// Max or average pooling. Over all positions at once it is a window as large as the image.
struct PoolingOperation: Differentiable {
    let input: DifferentiableTensor
    let output: DifferentiableTensor
    private let kernel: any Kernel
    private let gradient: PoolingGradient

    init(
        _ reduction: PoolingKernel.Reduction, images: Int, vertical: SlidingAxis, horizontal: SlidingAxis,
        channels: Int,
        input: DifferentiableTensor, output: DifferentiableTensor, isGlobal: Bool
    ) {
        self.input = input
        self.output = output
        kernel =
            isGlobal
            ? GlobalPoolingKernel(
                reduction, images: images, positions: vertical.input * horizontal.input, channels: channels)
            : PoolingKernel(reduction, images: images, vertical: vertical, horizontal: horizontal, channels: channels)
        gradient = PoolingGradient(
            reduction, images: images, vertical: vertical, horizontal: horizontal, channels: channels)
    }

    var inputs: [DifferentiableTensor] { [input] }
    var backwardReads: (inputs: Bool, output: Bool) { (true, true) }

    func workspaceCount(workers: Int) -> Int { kernel.workspaceCount(workers: workers) }

    func forward(_ pass: Pass) { unsafe pass.run(kernel, pass[input], into: pass[output]) }

    func backward(
        _ pass: Pass, from outputGradient: UnsafeMutablePointer<Float>, into targets: [UnsafeMutablePointer<Float>?]
    ) {
        guard let target = unsafe targets[0] else { return }
        unsafe gradient.run(
            input: pass[input], output: pass[output], outputGradient: outputGradient, into: target, on: pass.pool)
    }
}
