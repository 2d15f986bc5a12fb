/// A layer whose computation is not known: the user's own classes and functions, classes outside the closed set.
///
/// Kept in the checkpoint as it is, pins every channel that flows through it, and cannot be evaluated.
package struct Opaque: LayerKind {
    package var className: String
    /// The shape of what it makes, where its checkpoint tells and all of its calls agree.
    package var shape: TensorShape?

    package init(className: String, shape: TensorShape? = nil) {
        (self.className, self.shape) = (className, shape)
    }

    package var name: String { className }
    package var operation: Operation { .opaque(self) }
    package var arity: Arity { .any }
    package var effect: ChannelEffect { .unknown }
    package var ignoresMasks: Bool { false }

    package func outputShape(of inputs: [TensorShape?], _ rule: ShapeRule) -> TensorShape? { shape }

    package func wiring(of call: WiredCall) -> WiredCall.Result {
        let input = call.inputs.first, rank = call.output.count
        let isLikeInput = input?.shape?.count == rank && input?.axis != nil
        return (
            isLikeInput ? input?.axis : rank == 0 ? nil : call.usualAxis(rank),
            call.inputs.map { _ in .pinned(.opaque(call.layer)) }
        )
    }
}
