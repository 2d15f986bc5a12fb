/// For each element of a layer's output the one of its input that it is, both counted row-major.
///
/// Walked over axes of `lengths`, outermost first, one step along an axis is `strides` elements of the input.
package struct ElementMove {
    let lengths: [Int]
    let strides: [Int]
    let offset: Int

    init(lengths: [Int], strides: [Int], offset: Int = 0) {
        (self.lengths, self.strides, self.offset) = (lengths, strides, offset)
    }

    /// All elements of `shape`, axis i of the output being axis `order[i]` of the input; nil: in the same order.
    init(of shape: [Int], permutedBy order: [Int]? = nil) {
        let steps = shape.indices.map { shape[($0 + 1)...].reduce(1, *) }
        self.init(lengths: order?.map { shape[$0] } ?? shape, strides: order?.map { steps[$0] } ?? steps)
    }

    func origin(of element: Int) -> Int {
        var rest = element, result = offset
        for (length, stride) in zip(lengths, strides).reversed() {
            result += rest % length * stride
            rest /= length
        }
        return result
    }
}

extension TensorShape {
    /// The lengths of the axes; nil where one is not known.
    package var known: [Int]? {
        let lengths = compactMap { $0 }
        return lengths.count == count ? lengths : nil
    }
}
