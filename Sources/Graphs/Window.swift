/// Where the channels are.
package enum DataFormat: Sendable, Equatable, CaseIterable {
    /// (…, height, width, channels)
    case channelsLast
    /// (channels, height, width)
    case channelsFirst

    /// The spatial axes of an image.
    func spatial(_ shape: TensorShape) -> TensorShape {
        self == .channelsLast ? shape.dropLast() : Array(shape.dropFirst())
    }
}

/// How a sliding window meets the border.
package enum Padding: Sendable, Equatable {
    /// Only whole windows.
    case valid
    /// As many positions as ⌈length / stride⌉; the padding is shared, the odd one at the end.
    case same
    /// All padding before the first position, so that nothing is read ahead (1D only).
    case causal
}

/// A sliding window over one or two spatial axes.
package struct Window: Sendable, Equatable {
    /// One entry per spatial axis, outermost (height) first; so for strides and dilation.
    package var size: [Int]
    package var strides: [Int]
    package var dilation: [Int]
    package var padding: Padding
    package var dataFormat: DataFormat

    package init(
        size: [Int], strides: [Int]? = nil, dilation: [Int]? = nil, padding: Padding = .valid,
        dataFormat: DataFormat = .channelsLast
    ) {
        self.size = size
        self.strides = strides ?? size.map { _ in 1 }
        self.dilation = dilation ?? size.map { _ in 1 }
        (self.padding, self.dataFormat) = (padding, dataFormat)
    }

    /// The number of spatial axes.
    package var rank: Int { size.count }

    /// The positions the window takes along spatial `axis` of a given length: at least 0.
    ///
    /// With d(k − 1) + 1 the effective size of a kernel of size k and dilation d: valid ⌊(n − size) / s⌋ + 1, same and causal
    /// ⌈n / s⌉.
    package func positions(along axis: Int, length: Int) -> Int {
        switch padding {
        case .valid: max(0, (length - effectiveSize(along: axis) + strides[axis]) / strides[axis])
        case .same, .causal: (length + strides[axis] - 1) / strides[axis]
        }
    }

    /// The zeros read before and after spatial `axis` of a given length.
    package func paddingAmounts(along axis: Int, length: Int) -> (before: Int, after: Int) {
        switch padding {
        case .valid: return (0, 0)
        case .causal: return (effectiveSize(along: axis) - 1, 0)
        case .same:
            let total = max(
                0, (positions(along: axis, length: length) - 1) * strides[axis] + effectiveSize(along: axis) - length)
            return (total / 2, total - total / 2)
        }
    }

    /// The length of axis a window covers: d(k − 1) + 1.
    package func effectiveSize(along axis: Int) -> Int { dilation[axis] * (size[axis] - 1) + 1 }

    /// The channel axis of a tensor this window slides over, the batch axis not counted.
    package var channelAxis: Int { dataFormat == .channelsLast ? rank : 0 }

    /// The channels of an image it slides over; nil where they are not known, or the rank is another.
    package func channels(of shape: TensorShape?) -> Int? {
        guard let shape, shape.count == rank + 1 else { return nil }
        return shape[channelAxis]
    }

    /// Whether a window reads zeros outside an input of this shape; an unknown length counts as padded.
    package func isPadded(_ input: TensorShape?) -> Bool {
        if padding == .valid || (0..<rank).allSatisfy({ size[$0] == 1 }) { return false }
        guard let input, input.count == rank + 1 else { return true }
        let spatial = dataFormat.spatial(input)
        return (0..<rank).contains { axis in
            guard let length = spatial[axis] else { return true }
            return paddingAmounts(along: axis, length: length) != (0, 0)
        }
    }
}
