/// A vector repeated `count` times: (n) → (count, n).
package struct RepeatVector: LayerKind {
    package var count: Int
    package init(count: Int) { self.count = count }

    package var operation: Operation { .repeatVector(self) }
    package var effect: ChannelEffect { .move }

    package func outputShape(of inputs: [TensorShape?], _ rule: ShapeRule) throws -> TensorShape? {
        guard let input = inputs[0] else { return nil }
        guard input.count == 1 else { throw rule.rank(expected: "a vector", found: input) }
        return [count, input[0]]
    }

    package func wiring(of call: WiredCall) -> WiredCall.Result {
        (1, call.inputs.first?.axis == 0 ? [.passed(source: Array(0..<(call.output[1] ?? 0)))] : [call.mismatch])
    }

    package func move(from shape: [Int], to target: [Int]) -> ElementMove? {
        let rows = ElementMove(of: shape)
        return ElementMove(lengths: [count] + rows.lengths, strides: [0] + rows.strides)
    }
}
