/// DepthwiseConv1D and 2D. Depthwise kernel: window × input channels × multiplier. Bias: channels · multiplier.
///
/// Output channel c · multiplier + m reads input channel c.
package struct DepthwiseConvolution: WindowedFilterKind {
    package var multiplier: Int
    package var window: Window
    package var activation: Activation

    package init(multiplier: Int = 1, window: Window, activation: Activation = .linear) {
        (self.multiplier, self.window, self.activation) = (multiplier, window, activation)
    }

    package var name: String { window.rank == 1 ? "DepthwiseConv1D" : "DepthwiseConv2D" }
    package var operation: Operation { .depthwise(self) }
    package var effect: ChannelEffect { .taps(window) }
    package var slots: [WeightSlot] {
        [.kernel(.depthwiseKernel, window: window.size, .inputChannels(), .multiplier(multiplier)), .bias]
    }

    package func outputChannels(of inputs: Int?) -> Int? { elementCount([inputs, multiplier]) }

    package func outputShape(of inputs: [TensorShape?], _ rule: ShapeRule) throws -> TensorShape? {
        try rule.windowed(window, inputs[0]) { channels in
            try rule.require([multiplier], atLeast: 1, "its depth multiplier")
            return outputChannels(of: channels ?? rule.ownChannels)
        }
    }

    package func wiring(of call: WiredCall) -> WiredCall.Result {
        guard let input = call.inputs.first, input.axis == window.channelAxis else {
            return (window.channelAxis, [call.mismatch])
        }
        return (input.axis, [.passed(source: (0..<input.count * multiplier).map { $0 / multiplier })])
    }
}
