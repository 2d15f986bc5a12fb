import Graphs
import Kernels

/// What kernels need to know of a window over a tensor that lies channels last.
extension Window {
    /// The order of its layer's tensors in memory.
    package var order: [Int] { Order.channelsLast(rank + 1, dataFormat) }

    /// How it slides over `input` to make `shape`, of logical axes; one axis is taken as the vertical one. `zeros`: how
    /// many come before the input along each axis, beside its own padding.
    package func slidingAxes(over input: StoredTensor, making shape: [Int], zeros: [Int] = []) -> (
        vertical: SlidingAxis, horizontal: SlidingAxis
    ) {
        let axes = (0..<rank).map { axis in
            let length = input.shape[order[axis]]
            return SlidingAxis(
                input: length, output: shape[order[axis]], size: size[axis], stride: strides[axis],
                dilation: dilation[axis],
                padding: paddingAmounts(along: axis, length: length).before + (zeros.isEmpty ? 0 : zeros[axis]))
        }
        return (axes[0], axes.count > 1 ? axes[1] : .pointwise(1))
    }
}

extension ConvolutionShape {
    /// The convolution that slides `window` over `batch` images like `input`, and makes `shape` of them, dense in
    /// memory.
    package init(
        _ window: Window, zeros: [Int] = [], groups: Int, batch: Int, over input: StoredTensor, making shape: [Int]
    ) {
        let axes = window.slidingAxes(over: input, making: shape, zeros: zeros), channel = window.channelAxis
        self.init(
            images: batch, vertical: axes.vertical, horizontal: axes.horizontal, inputChannels: input.shape[channel],
            outputChannels: shape[channel], groups: groups)
        inputStep = input.step
    }

    /// The convolution whose adjoint makes `shape` out of `input`, as TensorFlow pads it.
    package init(adjointOf window: Window, batch: Int, over input: StoredTensor, making shape: [Int]) {
        let order = window.order, channel = window.channelAxis
        let axes = (0..<window.rank).map { axis in
            let long = shape[order[axis]], short = input.shape[order[axis]], stride = window.strides[axis]
            let total =
                window.padding == .valid ? 0 : max(0, (short - 1) * stride + window.effectiveSize(along: axis) - long)
            return SlidingAxis(
                input: long, output: short, size: window.size[axis], stride: stride, dilation: window.dilation[axis],
                padding: total / 2)
        }
        self.init(
            images: batch, vertical: axes.count == 1 ? .pointwise(1) : axes[0], horizontal: axes[axes.count - 1],
            inputChannels: shape[channel], outputChannels: input.shape[channel])
    }

    /// The convolution of single pixels that a dense layer is: all axes but the last one are rows.
    package init(denseOver input: StoredTensor, batch: Int, making shape: [Int]) {
        let last = input.rank - 1
        self.init(
            images: 1, vertical: .pointwise(batch * input.shape[..<last].reduce(1, *)), horizontal: .pointwise(1),
            inputChannels: input.shape[last], outputChannels: shape[last])
        inputStep = input.step
    }
}
