import Graphs
import Kernels

/// Where a tensor lies in memory, and in which order of axes.
///
/// Kernels want channels last. A `channels_first` network is computed so too: its tensors keep their logical shape
/// (channels, height, width) but lie in memory as height, width, channels. Permute and Flatten then cost nothing where
/// order and memory agree already; a layer that needs another order gets a copy.
package struct StoredTensor: Sendable {
    package var buffer: BufferID
    /// The logical shape, without the batch axis, which is outermost always.
    package var shape: [Int]
    /// The logical axes from the outermost to the innermost in memory.
    package var order: [Int]
    /// The floats of the buffer before it, and from one run along the innermost axis to the next: more than the run
    /// where the tensor is a slice of a wider one.
    package var start = 0
    package var step: Int

    package init(buffer: BufferID, shape: [Int], order: [Int]) {
        (self.buffer, self.shape, self.order) = (buffer, shape, order)
        step = order.last.map { shape[$0] } ?? 1
    }

    package var rank: Int { shape.count }
    /// The floats of one image.
    package var count: Int { shape.reduce(1, *) }

    /// Whether other tensors' numbers lie between its own.
    package var isSlice: Bool { step != order.last.map { shape[$0] } ?? 1 }
    /// The floats from one image to the next.
    package var imageStride: Int { order.dropLast().reduce(step) { $0 * shape[$1] } }

    /// For each logical axis, the floats between neighbours.
    package var strides: [Int] {
        var result = [Int](repeating: 0, count: rank), stride = step
        if let axis = order.last { result[axis] = 1 }
        for axis in order.dropLast().reversed() {
            result[axis] = stride
            stride *= shape[axis]
        }
        return result
    }

    /// Whether reading memory in `other` order gives the same sequence: axes of length 1 may be anywhere.
    package func lies(in other: [Int]) -> Bool {
        isSlice ? order == other : order.filter { shape[$0] != 1 } == other.filter { shape[$0] != 1 }
    }

    /// The strides where it is broadcast to `shape`: missing axes are the outer ones, axes of length 1 are repeated.
    package func strides(broadcastTo shape: [Int]) -> [Int] {
        [Int](repeating: 0, count: shape.count - rank) + zip(self.shape, strides).map { $0 == 1 ? 0 : $1 }
    }

    /// The strides of a row-major array of `shape` whose axes are `axes` of this tensor; 0 along axes that it lacks and
    /// those of length 1.
    func strides(of shape: [Int], along axes: [Int]) -> [Int] {
        var result = [Int](repeating: 0, count: rank), stride = 1
        for (axis, length) in zip(axes, shape).reversed() {
            result[axis] = length == 1 ? 0 : stride
            stride *= length
        }
        return result
    }

    /// Where the part that is left begins when so many positions before and after each spatial axis are left out.
    package func offset(leavingOut amounts: [Amounts], _ format: DataFormat) -> Int {
        zip(strides.dropFirst(format == .channelsLast ? 0 : 1), amounts).reduce(0) { $0 + $1.0 * $1.1.before }
    }
}

/// A position in the plan's list of buffers.
package typealias BufferID = Int

/// Orders of axes.
package enum Order {
    package static func logical(_ rank: Int) -> [Int] { Array(0..<rank) }

    /// Channels innermost, `rank` counting the channel axis.
    package static func channelsLast(_ rank: Int, _ format: DataFormat) -> [Int] {
        format == .channelsLast ? logical(rank) : Array(1..<rank) + [0]
    }
}

extension NestedLoop {
    /// Walks all elements of `output` in the order of its memory, `batch` images; strides of what is read are given per
    /// logical axis, `imageStrides` from image to image.
    package init(
        batch: Int, over output: StoredTensor, first: [Int], second: [Int], imageStrides: (first: Int, second: Int)
    ) {
        let strides = output.strides
        self.init(
            lengths: [batch] + output.order.map { output.shape[$0] },
            strides: [Strides(output: output.imageStride, first: imageStrides.first, second: imageStrides.second)]
                + output.order.map { Strides(output: strides[$0], first: first[$0], second: second[$0]) })
    }

    /// Walks `batch` images of `output` in the order of its memory, and the same positions of `input`: all of the
    /// output's, or those of a smaller `shape`.
    package init(batch: Int, from input: StoredTensor, to output: StoredTensor, shape: [Int]? = nil) {
        let shape = shape ?? output.shape, reads = input.strides, writes = output.strides
        self.init(
            lengths: [batch] + output.order.map { shape[$0] },
            strides: [Strides(output: output.imageStride, first: input.imageStride)]
                + output.order.map { Strides(output: writes[$0], first: reads[$0]) })
    }
}
