/// What a pooling window returns. Padding is never counted: an average divides by the elements inside the image.
package enum PoolingKind: Sendable, Equatable {
    case max, average

    var word: String { self == .max ? "Max" : "Average" }
}

/// Max and average pooling over a sliding window.
package struct Pooling: SpatialKind {
    package var kind: PoolingKind
    package var window: Window

    package init(_ kind: PoolingKind, window: Window) {
        (self.kind, self.window) = (kind, window)
    }

    package var name: String { "\(kind.word)Pooling\(window.rank)D" }
    package var operation: Operation { .pooling(self) }
    package var dataFormat: DataFormat { window.dataFormat }
    package var effect: ChannelEffect { .plane(.pooling(self)) }

    package func outputShape(of inputs: [TensorShape?], _ rule: ShapeRule) throws -> TensorShape? {
        try rule.windowed(window, inputs[0]) { $0 }
    }
}
