/// What a pooling window returns. Padding is never counted: an average divides by the elements inside the image.
package enum PoolingKind: Sendable, Equatable { case max, average }

/// Max and average pooling over a sliding window.
package struct Pooling: Sendable, Equatable {
    package var kind: PoolingKind
    package var window: Window

    package init(_ kind: PoolingKind, window: Window) {
        self.kind = kind
        self.window = window
    }
}

/// Pooling over all of the `rank` spatial axes, which `keepDimensions` leaves with length 1.
package struct GlobalPooling: Sendable, Equatable {
    package var kind: PoolingKind
    package var rank: Int
    package var keepDimensions: Bool
    package var dataFormat: DataFormat

    package init(
        _ kind: PoolingKind, rank: Int = 2, keepDimensions: Bool = false, dataFormat: DataFormat = .channelsLast
    ) {
        self.kind = kind
        self.rank = rank
        self.keepDimensions = keepDimensions
        self.dataFormat = dataFormat
    }
}

/// The same elements, row-major, under another shape (without the batch axis); one entry may be −1, for what remains.
package struct Reshape: Sendable, Equatable {
    package var target: [Int]
    package init(target: [Int]) { self.target = target }
}

/// Axis i of the result is axis `order[i]` of the input; the batch axis not counted, 0-based (Keras counts from 1).
package struct Permute: Sendable, Equatable {
    package var order: [Int]
    package init(order: [Int]) { self.order = order }
}

/// A vector repeated `count` times: (n) → (count, n).
package struct RepeatVector: Sendable, Equatable {
    package var count: Int
    package init(count: Int) { self.count = count }
}

/// Zeros around the spatial axes.
package struct ZeroPadding: Sendable, Equatable {
    /// Before and after each spatial axis, height first.
    package var amounts: [Amounts]
    package var dataFormat: DataFormat

    package init(amounts: [Amounts], dataFormat: DataFormat = .channelsLast) {
        self.amounts = amounts
        self.dataFormat = dataFormat
    }
}

/// Border taken off the spatial axes.
package struct Cropping: Sendable, Equatable {
    /// Before and after each spatial axis, height first.
    package var amounts: [Amounts]
    package var dataFormat: DataFormat

    package init(amounts: [Amounts], dataFormat: DataFormat = .channelsLast) {
        self.amounts = amounts
        self.dataFormat = dataFormat
    }
}

/// Lengths at the two ends of an axis.
package struct Amounts: Sendable, Equatable {
    package var before: Int
    package var after: Int

    package init(_ before: Int, _ after: Int) {
        self.before = before
        self.after = after
    }
}

/// The positions from `start` up to, not including, `stop` of one axis.
package struct Slice: Sendable, Equatable {
    /// The batch axis not counted: 0-based, never negative.
    package var axis: Int
    package var start: Int
    package var stop: Int

    package init(axis: Int, start: Int, stop: Int) {
        self.axis = axis
        self.start = start
        self.stop = stop
    }
}

/// Every spatial axis made `factors` times longer.
package struct UpSampling: Sendable, Equatable {
    package enum Interpolation: String, Sendable, Equatable { case nearest, bilinear }
    /// One per spatial axis, height first.
    package var factors: [Int]
    package var interpolation: Interpolation
    package var dataFormat: DataFormat

    package init(factors: [Int], interpolation: Interpolation = .nearest, dataFormat: DataFormat = .channelsLast) {
        self.factors = factors
        self.interpolation = interpolation
        self.dataFormat = dataFormat
    }
}

/// An elementwise combination of two or more tensors (exactly two for `subtract`).
///
/// Axes of length 1 are repeated. A tensor of lower rank gets axes of length 1 directly after the batch axis, as in
/// Keras.
package struct Merge: Sendable, Equatable {
    package enum Kind: String, Sendable, Equatable {
        case add = "Add", subtract = "Subtract", multiply = "Multiply"
        case average = "Average", maximum = "Maximum", minimum = "Minimum"
    }
    package var kind: Kind
    package init(_ kind: Kind) { self.kind = kind }
}

/// Tensors laid end to end along `axis` (the batch axis not counted, 0-based, never negative).
package struct Concatenate: Sendable, Equatable {
    package var axis: Int
    package init(axis: Int) { self.axis = axis }
}

/// x · scale + offset; one number, or one per position of the last axis.
package struct Rescaling: Sendable, Equatable {
    package var scale: [Float]
    package var offset: [Float]

    package init(scale: [Float], offset: [Float] = [0]) {
        self.scale = scale
        self.offset = offset
    }
}
