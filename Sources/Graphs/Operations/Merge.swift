/// An elementwise combination of two or more tensors (exactly two for `subtract`).
///
/// Axes of length 1 are repeated. A tensor of lower rank gets axes of length 1 directly after the batch axis.
package struct Merge: LayerKind {
    package enum Kind: Sendable, Equatable { case add, subtract, multiply, average, maximum, minimum }
    package var kind: Kind
    package init(_ kind: Kind) { self.kind = kind }

    package var name: String {
        switch kind {
        case .add: "Add"
        case .subtract: "Subtract"
        case .multiply: "Multiply"
        case .average: "Average"
        case .maximum: "Maximum"
        case .minimum: "Minimum"
        }
    }
    package var operation: Operation { .merge(self) }
    package var arity: Arity { kind == .subtract ? .two : .oneOrMore }
    package var effect: ChannelEffect { .merge(kind) }

    package func outputShape(of inputs: [TensorShape?], _ rule: ShapeRule) throws -> TensorShape? {
        let known = inputs.compactMap { $0 }
        guard known.count == inputs.count, let rank = known.map(\.count).max() else { return nil }
        let ones = [Int?](repeating: 1, count: rank)
        return try known.map { ones.prefix(rank - $0.count) + $0 }.reduce(ones) { total, shape in
            try zip(total, shape).map { a, b in
                switch (a, b) {
                case (1, _): b
                case (_, 1): a
                case (nil, _): b
                case (_, nil): a
                case let (a?, b?) where a == b: a
                default: throw rule.invalid("cannot combine shapes \(known.map(\.text).joined(separator: " and "))")
                }
            }
        }
    }

    package func readAxis(of shape: TensorShape, to target: TensorShape, wanted: Int?) -> Int? {
        wanted.map { $0 - (target.count - shape.count) }
    }

    /// Channels meet their like; axes are aligned at the end, where ranks differ.
    package func wiring(of call: WiredCall) -> WiredCall.Result {
        let shape = call.output, mismatches = (shape.count - 1, call.inputs.map { _ in call.mismatch })
        guard let widest = call.inputs.max(by: { $0.count < $1.count }), let axis = widest.axis,
            let rank = widest.shape?.count
        else { return mismatches }
        // The axis counted from the end is what aligned tensors of unequal rank have in common.
        let fromEnd = rank - axis, width = widest.count
        guard shape[shape.count - fromEnd] == width, call.inputs.count * width <= ChannelWiring.mostElements else {
            return mismatches
        }
        return (
            shape.count - fromEnd,
            call.inputs.map { input in
                guard let own = input.shape else { return call.mismatch }
                let aligned = own.count - fromEnd
                if input.axis == aligned, input.count == width { return .passed(source: Array(0..<width)) }
                return input.count == 1 && (aligned < 0 || own[aligned] == 1) ? .broadcast : call.mismatch
            }
        )
    }
}
