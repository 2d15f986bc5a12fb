import Kernels

/// A convolution, depthwise or not, or a dense layer; with a bias where it has one.
struct ConvolutionOperation: Differentiable {
    let input: DifferentiableTensor
    let output: DifferentiableTensor
    let kernel: ParameterUse
    let bias: ParameterUse?
    private let convolution: DifferentiableConvolution
    private let rows: Int
    private let channels: Int

    init(
        _ shape: ConvolutionShape, input: DifferentiableTensor, output: DifferentiableTensor, kernel: ParameterUse,
        bias: ParameterUse?
    ) {
        self.input = input
        self.output = output
        self.kernel = kernel
        self.bias = bias
        convolution = DifferentiableConvolution(shape, needsInputGradient: input.requiresGradient)
        rows = shape.images * shape.vertical.output * shape.horizontal.output
        channels = shape.outputChannels
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
        unsafe convolution.forward(
            pass[input], bias: pass.values(ifAny: bias), into: pass[output], workspace: pass.workspace, on: pass.pool)
    }

    func backward(
        _ pass: Pass, from gradient: UnsafeMutablePointer<Float>, into targets: [UnsafeMutablePointer<Float>?]
    ) {
        unsafe convolution.weightGradient(
            pass[input], gradient, into: pass.gradient(kernel), workspace: pass.workspace, on: pass.pool)
        if let bias {
            unsafe ChannelSums.sum(
                gradient, rows: rows, channels: channels, into: pass.gradient(bias), workspace: pass.workspace,
                on: pass.pool)
        }
        if let target = unsafe targets[0] {
            unsafe convolution.inputGradient(
                gradient, into: target, adds: false, workspace: pass.workspace, on: pass.pool)
        }
    }
}
