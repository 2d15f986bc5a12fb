/// Every spatial axis made `factors` times longer.
package struct UpSampling: SpatialKind {
    package enum Interpolation: Sendable, Equatable { case nearest, bilinear }
    /// One per spatial axis, height first.
    package var factors: [Int]
    package var interpolation: Interpolation
    package var dataFormat: DataFormat

    package init(factors: [Int], interpolation: Interpolation = .nearest, dataFormat: DataFormat = .channelsLast) {
        (self.factors, self.interpolation, self.dataFormat) = (factors, interpolation, dataFormat)
    }

    package var name: String { "UpSampling\(factors.count)D" }
    package var operation: Operation { .upsampling(self) }
    package var effect: ChannelEffect { .plane(.upsampling(self)) }

    package func outputShape(of inputs: [TensorShape?], _ rule: ShapeRule) throws -> TensorShape? {
        try rule.require(factors, atLeast: 1, "its factors")
        return try rule.resized(inputs[0], factors.count, dataFormat) { $1 * factors[$0] }
    }
}
