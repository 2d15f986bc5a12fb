/// Zeros around the spatial axes.
package struct ZeroPadding: SpatialKind {
    /// Before and after each spatial axis, height first.
    package var amounts: [Amounts]
    package var dataFormat: DataFormat

    package init(amounts: [Amounts], dataFormat: DataFormat = .channelsLast) {
        (self.amounts, self.dataFormat) = (amounts, dataFormat)
    }

    package var name: String { "ZeroPadding\(amounts.count)D" }
    package var operation: Operation { .padding(self) }
    package var effect: ChannelEffect { .plane(.padding(self)) }

    package func outputShape(of inputs: [TensorShape?], _ rule: ShapeRule) throws -> TensorShape? {
        try rule.require(amounts.flatMap { [$0.before, $0.after] }, atLeast: 0, "its padding")
        return try rule.resized(inputs[0], amounts.count, dataFormat) { $1 + amounts[$0].before + amounts[$0].after }
    }
}

/// Lengths at the two ends of an axis.
package struct Amounts: Sendable, Equatable {
    package var before: Int
    package var after: Int

    package init(_ before: Int, _ after: Int) {
        (self.before, self.after) = (before, after)
    }
}
