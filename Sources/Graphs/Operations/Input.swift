/// The model's input: `shape` without the batch axis.
package struct Input: LayerKind {
    package var shape: TensorShape
    package init(shape: TensorShape) { self.shape = shape }

    package var name: String { "InputLayer" }
    package var operation: Operation { .input(self) }
    package var arity: Arity { .none }
    package var effect: ChannelEffect { .source }

    package func outputShape(of inputs: [TensorShape?], _ rule: ShapeRule) -> TensorShape? { shape }

    package func wiring(of call: WiredCall) -> WiredCall.Result {
        (call.output.isEmpty ? nil : call.usualAxis(call.output.count), [])
    }
}
