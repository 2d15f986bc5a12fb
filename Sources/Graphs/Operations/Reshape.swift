/// The same elements, row-major, under another shape (without the batch axis); one entry may be −1, for what remains.
package struct Reshape: LayerKind {
    package var target: [Int]
    package init(target: [Int]) { self.target = target }

    package var operation: Operation { .reshape(self) }
    package var effect: ChannelEffect { .move }
    package var fixesWidths: Bool { true }

    package func outputShape(of inputs: [TensorShape?], _ rule: ShapeRule) throws -> TensorShape? {
        let lengths = target.filter { $0 != -1 }, known = elementCount(lengths)
        try rule.require(lengths, atLeast: 1, "the lengths of its target shape")
        if lengths.count + 1 < target.count {
            throw rule.invalid("its target shape \(target) leaves more than one axis open")
        }
        guard let total = inputs[0].flatMap({ elementCount($0) }) else { return target.map { $0 == -1 ? nil : $0 } }
        guard let known, total % known == 0, target.contains(-1) || total == known else {
            throw rule.invalid("cannot reshape \(inputs[0]?.text ?? "") to \(target)")
        }
        return target.map { $0 == -1 ? total / known : $0 }
    }

    package func readAxis(of shape: TensorShape, to target: TensorShape, wanted: Int?) -> Int? {
        guard let wanted, target.indices.contains(wanted) else { return nil }
        let kept = shape.indices.last {
            shape[$0] == target[wanted] && ChannelWiring.reshaped(shape, channelAxis: $0, to: target)?.axis == wanted
        }
        return kept
            ?? shape.indices.last { ChannelWiring.joined(shape, channelAxis: $0, to: target, along: wanted) != nil }
    }

    package func wiring(of call: WiredCall) -> WiredCall.Result {
        let target = call.output, last = target.count - 1
        guard let input = call.inputs.first, let shape = input.shape else { return (last, [call.mismatch]) }
        if let position = input.grid?.joined(shape, to: target) {
            return (position, [.passed(source: Array(0..<input.count))])
        }
        guard let axis = input.axis else { return (last, [call.mismatch]) }
        let kept = ChannelWiring.reshaped(shape, channelAxis: axis, to: target)
        if let kept, call.wanted == nil || call.wanted == kept.axis {
            return (kept.axis, [.passed(source: kept.source)])
        }
        let preferred = call.wanted ?? call.usualAxis(target.count)
        if let into = ChannelWiring.joined(shape, channelAxis: axis, to: target, along: preferred) {
            return (preferred, [.joined(into: into)])
        }
        return kept.map { ($0.axis, [.passed(source: $0.source)]) } ?? (last, [call.mismatch])
    }

    package func move(from shape: [Int], to target: [Int]) -> ElementMove? { ElementMove(of: [shape.reduce(1, *)]) }

    package func narrowed(to remaining: RemainingChannels) -> Operation {
        var copy = self
        func set(_ axis: Int, _ length: Int) { if copy.target[axis] != -1 { copy.target[axis] = length } }
        if let grid = remaining.grid {
            set(grid.rowAxis, grid.rows)
            set(grid.columnAxis, grid.columns)
        }
        if let axis = remaining.axis { set(axis, remaining.outputs.count) }
        return copy.operation
    }
}
