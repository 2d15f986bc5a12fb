/// The positions from `start` up to, not including, `stop` of one axis.
package struct Slice: LayerKind {
    package var axis: Int
    package var start: Int
    package var stop: Int

    package init(axis: Int, start: Int, stop: Int) {
        (self.axis, self.start, self.stop) = (axis, start, stop)
    }

    package var name: String { "GetItem" }
    package var operation: Operation { .slice(self) }
    package var effect: ChannelEffect { .move }
    package var fixesWidths: Bool { true }

    package func outputShape(of inputs: [TensorShape?], _ rule: ShapeRule) throws -> TensorShape? {
        guard var shape = inputs[0] else { return nil }
        _ = try rule.having([axis], shape)
        guard start >= 0, start < stop, stop <= shape[axis] ?? ShapeRule.largest else {
            throw rule.invalid("it takes positions \(start) to \(stop) of axis \(axis + 1) of \(shape.text)")
        }
        shape[axis] = stop - start
        return shape
    }

    package func readAxis(of shape: TensorShape, to target: TensorShape, wanted: Int?) -> Int? { wanted }

    package func wiring(of call: WiredCall) -> WiredCall.Result {
        call.inputs.first?.axis == axis ? (axis, [.passed(source: Array(start..<stop))]) : call.identity()
    }

    package func move(from shape: [Int], to target: [Int]) -> ElementMove? {
        guard shape.indices.contains(axis) else { return nil }
        let strides = ElementMove(of: shape).strides
        return ElementMove(lengths: target, strides: strides, offset: start * strides[axis])
    }

    package func narrowed(to remaining: RemainingChannels) -> Operation {
        // Where the input cannot be followed, all of it stays.
        guard axis == remaining.axis, let inputs = remaining.inputs else { return operation }
        let first = inputs.firstIndex { start <= $0 && $0 < stop } ?? 0
        return .slice(Slice(axis: axis, start: first, stop: first + remaining.outputs.count))
    }

    /// What lies beyond an end stands for the end. Nil where nothing is left.
    package func resolvingAxes(of shape: TensorShape?) -> Operation? {
        guard let shape, let axis = resolved(axis, of: shape), shape.indices.contains(axis), let length = shape[axis]
        else { return nil }
        func position(_ number: Int) -> Int { min(length, max(0, number < 0 ? length + max(number, -length) : number)) }
        let slice = Slice(axis: axis, start: position(start), stop: position(stop))
        return slice.start < slice.stop ? .slice(slice) : nil
    }
}
