import Kernels

/// A convolution, depthwise or not, a dense layer, or the adjoint of a convolution: a transposed one, whose passes are
/// the convolution's with roles exchanged. With a bias where it has one.
struct ConvolutionOperation: Differentiable {
    let input: DifferentiableTensor
    let output: DifferentiableTensor
    let kernel: ParameterUse
    let bias: ParameterUse?
    private let isTransposed: Bool
    private let convolution: DifferentiableConvolution
    /// Pixels and channels of the output.
    private let rows: Int
    private let channels: Int
    /// Adds the bias, which the adjoint does not have in it.
    private let biasSum: BinaryKernel

    /// `shape`: the convolution, or the one that this is the adjoint of.
    init(
        _ shape: ConvolutionShape, isTransposed: Bool, input: DifferentiableTensor, output: DifferentiableTensor,
        kernel: ParameterUse, bias: ParameterUse?
    ) {
        (self.input, self.output, self.kernel, self.bias) = (input, output, kernel, bias)
        self.isTransposed = isTransposed
        convolution = DifferentiableConvolution(shape, needsInputGradient: isTransposed || input.requiresGradient)
        let vertical = shape.vertical, horizontal = shape.horizontal
        rows =
            shape.images
            * (isTransposed ? vertical.input * horizontal.input : vertical.output * horizontal.output)
        channels = isTransposed ? shape.inputChannels : shape.outputChannels
        biasSum = BinaryKernel(addingTo: rows, channels: channels)
    }

    var inputs: [DifferentiableTensor] { [input] }
    var backwardReads: (inputs: Bool, output: Bool) { (true, false) }

    func workspaceCount(workers: Int) -> Int {
        max(
            convolution.workspaceCount(workers: workers),
            bias == nil ? 0 : ChannelSums.workspaceCount(rows: rows, channels: channels))
    }

    func load(_ pass: Pass) { unsafe convolution.load(pass.values(kernel), on: pass.pool) }

    func forward(_ pass: Pass) {
        if !isTransposed { return unsafe convolve(pass[input], bias: pass.values(ifAny: bias), pass, pass[output]) }
        unsafe adjoin(pass[input], pass, pass[output])
        if let bias { unsafe pass.run(biasSum, pass[output], pass.values(bias), into: pass[output]) }
    }

    func backward(_ pass: Pass, from gradient: GradientAddress, into targets: [GradientAddress?]) {
        let (from, to) = unsafe isTransposed ? (gradient, pass[input]) : (pass[input], gradient)
        unsafe convolution.weightGradient(
            from, to, into: pass.gradient(kernel), workspace: pass.workspace, on: pass.pool)
        if let bias {
            unsafe ChannelSums.sum(
                gradient, rows: rows, channels: channels, into: pass.gradient(bias), workspace: pass.workspace,
                on: pass.pool)
        }
        guard let target = unsafe targets[0] else { return }
        if isTransposed {
            unsafe convolve(gradient, bias: nil, pass, target)
        } else {
            unsafe adjoin(gradient, pass, target)
        }
    }

    private func convolve(
        _ from: UnsafePointer<Float>, bias: UnsafePointer<Float>?, _ pass: Pass, _ to: UnsafeMutablePointer<Float>
    ) {
        unsafe convolution.forward(from, bias: bias, into: to, workspace: pass.workspace, on: pass.pool)
    }

    private func adjoin(_ from: UnsafePointer<Float>, _ pass: Pass, _ to: UnsafeMutablePointer<Float>) {
        unsafe convolution.inputGradient(from, into: to, adds: false, workspace: pass.workspace, on: pass.pool)
    }
}
