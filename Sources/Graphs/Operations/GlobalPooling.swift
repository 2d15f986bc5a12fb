/// Pooling over all of the `rank` spatial axes, which `keepDimensions` leaves with length 1.
package struct GlobalPooling: SpatialKind {
    package var kind: PoolingKind
    package var rank: Int
    package var keepDimensions: Bool
    package var dataFormat: DataFormat

    package init(
        _ kind: PoolingKind, rank: Int = 2, keepDimensions: Bool = false, dataFormat: DataFormat = .channelsLast
    ) {
        (self.kind, self.rank, self.keepDimensions, self.dataFormat) = (kind, rank, keepDimensions, dataFormat)
    }

    package var name: String { "Global\(kind.word)Pooling\(rank)D" }
    package var operation: Operation { .globalPooling(self) }
    package var effect: ChannelEffect { .plane(.globalPooling(self)) }
    /// An average is of what is not masked, in one dimension.
    package var ignoresMasks: Bool { kind == .max }

    package func outputShape(of inputs: [TensorShape?], _ rule: ShapeRule) throws -> TensorShape? {
        let (_, channels) = try rule.split(inputs[0], rank: rank, dataFormat)
        return keepDimensions
            ? rule.join([Int?](repeating: 1, count: rank), channels, dataFormat) : [channels]
    }

    package func wiring(of call: WiredCall) -> WiredCall.Result {
        let wanted = dataFormat == .channelsLast ? rank : 0
        guard let input = call.inputs.first, input.axis == wanted else {
            return (call.output.count - 1, [call.mismatch])
        }
        return (keepDimensions ? wanted : 0, [.passed(source: Array(0..<input.count))])
    }
}
