/// Axis i of the result is axis `order[i]` of the input.
package struct Permute: LayerKind {
    package var order: [Int]
    package init(order: [Int]) { self.order = order }

    package var operation: Operation { .permute(self) }
    package var effect: ChannelEffect { .move }

    package func outputShape(of inputs: [TensorShape?], _ rule: ShapeRule) throws -> TensorShape? {
        guard let input = inputs[0] else { return nil }
        guard order.sorted() == Array(input.indices) else {
            throw rule.invalid("its permutation \(order.map { $0 &+ 1 }) does not order the axes of \(input.text)")
        }
        return order.map { input[$0] }
    }

    package func readAxis(of shape: TensorShape, to target: TensorShape, wanted: Int?) -> Int? {
        wanted.flatMap { order.indices.contains($0) ? order[$0] : nil }
    }

    package func wiring(of call: WiredCall) -> WiredCall.Result {
        guard let axis = call.inputs.first?.axis, let position = order.firstIndex(of: axis) else {
            return (call.output.count - 1, [call.mismatch])
        }
        return (position, [.passed(source: Array(0..<(call.output[position] ?? 0)))])
    }

    package func move(from shape: [Int], to target: [Int]) -> ElementMove? {
        order.allSatisfy(shape.indices.contains) ? ElementMove(of: shape, permutedBy: order) : nil
    }
}
