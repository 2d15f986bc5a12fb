/// A way to compute a convolution. It declines what it cannot do, or would do worse than the next one.
package protocol ConvolutionImplementation: Kernel {
    /// Packs the weights for one shape; nil when it declines.
    init?(_ shape: ConvolutionShape, weights: AlignedFloats, epilogue: Epilogue)
}

/// Which algorithms may compute a convolution.
package enum ConvolutionAlgorithms: Sendable {
    /// Whichever is fastest, Winograd's transforms among them.
    case fastest
    /// Sums as the definition has them: no Winograd transforms, which round about ten times as much, 1e-6 of the range of
    /// a layer's output.
    case direct
}

/// The kernels that a network can be run with.
package enum Backend: String, Sendable, CaseIterable {
    /// This project's kernels, for the widest vectors that the machine has.
    case native
    /// OpenBLAS's matrix product, plain loops for the rest.
    case openblas
    /// Naive loops that accumulate in Float64: slow, and what the others are tested against.
    case reference

    /// Whether this machine has what it takes.
    package var isAvailable: Bool { self != .openblas || BLAS.isAvailable }

    /// Fastest first; the last one declines nothing.
    private func convolutions(algorithms: ConvolutionAlgorithms) -> [any ConvolutionImplementation.Type] {
        switch self {
        case .native:
            [VectorDepthwise.self, DepthwiseKernel.self] + (algorithms == .direct ? [] : [WinogradConvolution.self]) + [
                PanelConvolution.self
            ]
        case .openblas: [DepthwiseKernel.self, GemmConvolution.self]
        case .reference: []
        }
    }

    /// The kernel of the first allowed implementation that takes the shape. Weights:
    /// `shape.weightCount` of them.
    package func convolution(
        _ shape: ConvolutionShape, weights: AlignedFloats, epilogue: Epilogue = Epilogue(),
        algorithms: ConvolutionAlgorithms = .fastest
    ) -> any Kernel {
        precondition(
            weights.count == shape.weightCount, "\(weights.count) weights for a convolution of \(shape.weightCount)")
        precondition(
            epilogue.bias.map { $0.count == shape.outputChannels } ?? true,
            "the bias has another length than the output")
        for implementation in convolutions(algorithms: algorithms) {
            if let kernel = implementation.init(shape, weights: weights, epilogue: epilogue) { return kernel }
        }
        return ReferenceConvolution(shape, weights: weights, epilogue: epilogue)
    }

    /// The convolution with 2 × 2 maximum pooling, of the windows that are whole, as one kernel; nil where two
    /// kernels are better. `shape.outputStep` is the pooling's.
    package func pooledConvolution(
        _ shape: ConvolutionShape, weights: AlignedFloats, epilogue: Epilogue = Epilogue(),
        algorithms: ConvolutionAlgorithms = .fastest
    ) -> (any Kernel)? {
        self == .native && algorithms == .fastest
            ? WinogradConvolution(shape, weights: weights, epilogue: epilogue, pools: true) : nil
    }

    /// The convolution that tells in a second output what its channels do, and what makes summaries of images of that:
    /// nil where a kernel of its own finds that out better. `pools` as for `pooledConvolution`; comes last.
    package func summarizedConvolution(
        _ shape: ConvolutionShape, weights: AlignedFloats, epilogue: Epilogue, pools: Bool, summary: Summarizing,
        algorithms: ConvolutionAlgorithms = .fastest
    ) -> (kernel: any Kernel, join: SummaryJoin)? {
        guard self == .native, algorithms == .fastest,
            let kernel = WinogradConvolution(
                shape, weights: weights, epilogue: epilogue, pools: pools, summarizing: summary),
            let join = kernel.summaryJoin
        else { return nil }
        return (kernel, join)
    }

    /// The adjoint of the convolution `shape`, whose input is this one's output. Weights: height × width × its
    /// outputs (the shape's input channels) × its inputs. One group.
    package func transposedConvolution(
        _ shape: ConvolutionShape, weights: AlignedFloats, epilogue: Epilogue = Epilogue(),
        algorithms: ConvolutionAlgorithms = .fastest
    ) -> any Kernel {
        precondition(
            weights.count == shape.weightCount, "\(weights.count) weights for a convolution of \(shape.weightCount)")
        precondition(shape.groups == 1, "a transposed convolution has one group")
        if self == .native {
            return TransposedConvolution(shape, weights: weights, epilogue: epilogue, algorithms: algorithms)
        }
        if self == .openblas, let kernel = TransposedGemm(shape, weights: weights, epilogue: epilogue) { return kernel }
        return ReferenceTransposedConvolution(shape, weights: weights, epilogue: epilogue)
    }
}
