/// Conv1D and Conv2D. Kernel: window × (input channels / groups) × filters. Bias: filters.
package struct Convolution: ConvolutionKind {
    package var filters: Int
    package var window: Window
    package var groups: Int
    package var activation: Activation

    package init(filters: Int, window: Window, groups: Int = 1, activation: Activation = .linear) {
        (self.filters, self.window, self.groups, self.activation) = (filters, window, groups, activation)
    }

    package var name: String { window.rank == 1 ? "Conv1D" : "Conv2D" }
    package var operation: Operation { .convolution(self) }
    package var slots: [WeightSlot] {
        [.kernel(window: window.size, .inputChannels(groups: groups), .outputChannels), .bias]
    }

    package func outputShape(of inputs: [TensorShape?], _ rule: ShapeRule) throws -> TensorShape? {
        try rule.windowed(window, inputs[0]) { channels in
            guard groups > 0, filters % groups == 0, (channels ?? groups) % groups == 0 else {
                throw rule.invalid("\(groups) groups divide neither its \(filters) filters nor its input evenly")
            }
            return filters
        }
    }

    package func narrowed(to remaining: RemainingChannels) -> Operation {
        with {
            $0.filters = remaining.outputs.count
            $0.groups = remaining.groups ?? groups
        }
    }
}
