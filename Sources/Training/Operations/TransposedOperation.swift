import Kernels

/// A transposed convolution: the adjoint of the convolution `shape`, whose passes are that one's with roles exchanged.
struct TransposedOperation: Differentiable {
    let input: DifferentiableTensor
    let output: DifferentiableTensor
    let kernel: ParameterUse
    let bias: ParameterUse?
    private let convolution: DifferentiableConvolution
    private let rows: Int
    private let channels: Int
    private let biasSum: BinaryKernel

    /// `shape`: the convolution that makes the input's size out of the output's.
    init(
        _ shape: ConvolutionShape, input: DifferentiableTensor, output: DifferentiableTensor, kernel: ParameterUse,
        bias: ParameterUse?
    ) {
        self.input = input
        self.output = output
        self.kernel = kernel
        self.bias = bias
        convolution = DifferentiableConvolution(shape, needsInputGradient: true)
        rows = shape.images * shape.vertical.input * shape.horizontal.input
        channels = shape.inputChannels
        biasSum = BinaryKernel(
            .add,
            NestedLoop(
                lengths: [rows, channels],
                strides: [.init(output: channels, first: channels), .init(output: 1, first: 1, second: 1)]))
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
        unsafe convolution.inputGradient(
            pass[input], into: pass[output], adds: false, workspace: pass.workspace, on: pass.pool)
        if let bias { unsafe pass.run(biasSum, pass[output], pass.values(bias), into: pass[output]) }
    }

    func backward(
        _ pass: Pass, from gradient: UnsafeMutablePointer<Float>, into targets: [UnsafeMutablePointer<Float>?]
    ) {
        unsafe convolution.weightGradient(
            gradient, pass[input], into: pass.gradient(kernel), workspace: pass.workspace, on: pass.pool)
        if let bias {
            unsafe ChannelSums.sum(
                gradient, rows: rows, channels: channels, into: pass.gradient(bias), workspace: pass.workspace,
                on: pass.pool)
        }
        if let target = unsafe targets[0] {
            unsafe convolution.forward(gradient, bias: nil, into: target, workspace: pass.workspace, on: pass.pool)
        }
    }
}
