/// SeparableConv1D and 2D: a depthwise convolution, then a 1×1 one, nothing in between.
///
/// Depthwise kernel: window × input channels × multiplier. Pointwise kernel: 1… × (channels · multiplier) × filters.
/// Bias: filters.
package struct SeparableConvolution: ConvolutionKind {
    package var filters: Int
    package var multiplier: Int
    package var window: Window
    package var activation: Activation

    package init(filters: Int, multiplier: Int = 1, window: Window, activation: Activation = .linear) {
        (self.filters, self.multiplier, self.window, self.activation) = (filters, multiplier, window, activation)
    }

    package var name: String { window.rank == 1 ? "SeparableConv1D" : "SeparableConv2D" }
    package var operation: Operation { .separable(self) }
    package var slots: [WeightSlot] {
        [
            .kernel(.depthwiseKernel, window: window.size, .inputChannels(), .multiplier(multiplier)),
            .kernel(
                .pointwiseKernel, window: window.size.map { _ in 1 }, .each(multiplier, of: .inputChannels()),
                .outputChannels),
            .bias,
        ]
    }

    package func outputShape(of inputs: [TensorShape?], _ rule: ShapeRule) throws -> TensorShape? {
        try rule.windowed(window, inputs[0]) { _ in
            try rule.require([multiplier], atLeast: 1, "its depth multiplier")
            return filters
        }
    }
}
