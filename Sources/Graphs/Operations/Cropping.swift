/// Border taken off the spatial axes.
package struct Cropping: SpatialKind {
    /// Before and after each spatial axis, height first.
    package var amounts: [Amounts]
    package var dataFormat: DataFormat

    package init(amounts: [Amounts], dataFormat: DataFormat = .channelsLast) {
        (self.amounts, self.dataFormat) = (amounts, dataFormat)
    }

    package var name: String { "Cropping\(amounts.count)D" }
    package var operation: Operation { .cropping(self) }
    package var effect: ChannelEffect { .plane(.cropping(self)) }

    package func outputShape(of inputs: [TensorShape?], _ rule: ShapeRule) throws -> TensorShape? {
        try rule.require(amounts.flatMap { [$0.before, $0.after] }, atLeast: 0, "its cropping")
        return try rule.resized(inputs[0], amounts.count, dataFormat) { $1 - amounts[$0].before - amounts[$0].after }
    }
}
