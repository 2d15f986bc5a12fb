import Graphs
import Tensors

/// How a kernel of an old Keras, or of its Theano backend, lies in the file.
///
/// Canonical is window × inputs × outputs, a correlation. Keras 1 kept the order of its backend; Theano convolves, so
/// that its kernels are turned around in each spatial axis.
struct KernelStorage: Sendable, Equatable {
    /// Axis i of the canonical kernel is axis `order[i]` of the stored one; nil where they agree.
    var order: [Int]?
    /// A spatial axis of length 1 that Keras 1 added to one-dimensional kernels, in canonical order.
    var extraAxis: Int?
    /// The number of leading spatial axes, of the canonical kernel, that are reversed.
    var reversedAxes = 0

    /// The shape in memory; nil where a stored shape of this rank cannot be meant.
    func canonicalShape(_ stored: [Int]) -> [Int]? {
        guard let order else { return stored }
        guard order.count == stored.count else { return nil }
        var shape = order.map { stored[$0] }
        if let extraAxis, shape.remove(at: extraAxis) != 1 { return nil }
        return shape
    }

    /// The kernel in memory, from the one in the file.
    func canonical(_ stored: Tensor) -> Tensor {
        var tensor = stored
        if let order { tensor = tensor.transposed(order) }
        if let extraAxis {
            tensor = tensor.reshaped(Array(tensor.shape[..<extraAxis] + tensor.shape[(extraAxis + 1)...]))
        }
        return reversed(tensor)
    }

    /// Whether its numbers come in the order in which they lie in the file.
    var isAsInMemory: Bool { order == nil && reversedAxes == 0 }

    /// The kernel in the file, from the one in memory.
    func stored(_ canonical: Tensor) -> Tensor {
        var tensor = reversed(canonical)
        if let extraAxis {
            tensor = tensor.reshaped(Array(tensor.shape[..<extraAxis] + [1] + tensor.shape[extraAxis...]))
        }
        guard let order else { return tensor }
        return tensor.transposed(order.indices.map { axis in order.firstIndex(of: axis) ?? axis })
    }

    private func reversed(_ tensor: Tensor) -> Tensor {
        (0..<reversedAxes).reduce(tensor) { $0.gathered(axis: $1, (0..<$0.shape[$1]).reversed()) }
    }
}

extension KernelStorage {
    /// How a version of Keras kept the weight `role` of a layer that computes `operation`; `stored` is the shape found.
    init(of role: WeightRole, in operation: Operation, version: KerasVersion, stored: [Int]) {
        guard version.major < 3, let window = operation.filters?.slidingWindow,
            operation.kind.slot(role)?.isKernel == true
        else { return }
        // A depthwise convolution came with Keras 2, and neither its kernel nor a separable one's is turned around.
        if case .taps = operation.kind.effect { return }
        let isSeparable = operation.kind.taps != nil
        if version.backend == "theano", !isSeparable { reversedAxes = window.rank }
        guard version.major == 1 else { return }
        if case .convolution = operation, window.rank == 1 {
            // (length, 1, inputs, filters), before Keras 1.1 (filters, inputs, length, 1).
            guard stored.count == 4 else { return }
            order = stored[0] == window.size[0] && stored[1] == 1 ? [0, 1, 2, 3] : [2, 3, 1, 0]
            extraAxis = 1
        } else if window.dataFormat == .channelsFirst, operation.kind.kernel?.axes.last == .outputChannels {
            order = [2, 3, 1, 0]
        }
    }
}
