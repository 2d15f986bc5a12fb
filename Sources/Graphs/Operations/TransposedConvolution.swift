/// Conv1DTranspose and Conv2DTranspose. Kernel: window × filters × input channels. Bias: filters.
package struct TransposedConvolution: ConvolutionKind {
    package var filters: Int
    package var window: Window
    /// Extra length at the end of each spatial axis; nil: inferred from padding and strides.
    package var outputPadding: [Int]?
    package var activation: Activation

    package init(filters: Int, window: Window, outputPadding: [Int]? = nil, activation: Activation = .linear) {
        (self.filters, self.window, self.outputPadding, self.activation) = (filters, window, outputPadding, activation)
    }

    package var name: String { window.rank == 1 ? "Conv1DTranspose" : "Conv2DTranspose" }
    package var operation: Operation { .transposed(self) }
    package var slots: [WeightSlot] { [.kernel(window: window.size, .outputChannels, .inputChannels()), .bias] }

    package func outputShape(of inputs: [TensorShape?], _ rule: ShapeRule) throws -> TensorShape? {
        try rule.check(window)
        if window.padding == .causal { throw rule.invalid("a transposed convolution has no causal padding") }
        if let outputPadding {
            try rule.require(outputPadding, atLeast: 0, "its output padding")
            if outputPadding.count != window.rank {
                throw rule.invalid(
                    "its output padding \(outputPadding) needs one length for each of \(window.rank) axes")
            }
        }
        return try rule.resized(inputs[0], window.rank, window.dataFormat, outputChannels: { _ in filters }) {
            outputLength(along: $0, input: $1)
        }
    }

    /// The output length along a spatial axis, with e = d(k − 1) + 1 the effective size of the kernel:
    /// without output padding n · s for same, n · s + max(e − s, 0) for valid; with it
    /// (n − 1) · s + e − 2 · ⌊e / 2⌋ + p for same, (n − 1) · s + e + p for valid.
    package func outputLength(along axis: Int, input n: Int) -> Int {
        let stride = window.strides[axis], size = window.effectiveSize(along: axis)
        guard let outputPadding else {
            return window.padding == .same ? n * stride : n * stride + max(size - stride, 0)
        }
        return (n - 1) * stride + size - (window.padding == .same ? 2 * (size / 2) : 0) + outputPadding[axis]
    }

    package func isPositionDependent(on input: TensorShape?) -> Bool {
        (0..<window.rank).contains {
            window.size[$0] != 1 || window.strides[$0] != 1 || (outputPadding?[$0] ?? 0) != 0
        }
    }

    /// Each input position is multiplied with the whole kernel.
    package func positions(input: TensorShape, output: TensorShape) -> [Int?]? { window.dataFormat.spatial(input) }
}
