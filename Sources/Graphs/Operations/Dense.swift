/// Dense over the last axis, whatever the rank. Kernel: inputs × units. Bias: units.
package struct Dense: FilterKind {
    package var units: Int
    package var activation: Activation

    package init(units: Int, activation: Activation = .linear) {
        (self.units, self.activation) = (units, activation)
    }

    package var operation: Operation { .dense(self) }
    package var slots: [WeightSlot] { [.kernel(window: [], .inputChannels(), .outputChannels), .bias] }

    package func inputChannels(of input: TensorShape?) -> Int? { input?.last ?? nil }
    package func outputChannels(of inputs: Int?) -> Int? { units }

    package func outputShape(of inputs: [TensorShape?], _ rule: ShapeRule) throws -> TensorShape? {
        guard let input = inputs[0] else { return nil }
        guard !input.isEmpty else { throw rule.rank(expected: "at least a vector", found: input) }
        return input.dropLast() + [units]
    }

    package func positions(input: TensorShape, output: TensorShape) -> [Int?]? { Array(input.dropLast()) }
    package func readAxis(of shape: TensorShape, to target: TensorShape, wanted: Int?) -> Int? { shape.count - 1 }
    package func wiring(of call: WiredCall) -> WiredCall.Result {
        call.reading(along: call.output.count - 1, groups: 1)
    }

    package func narrowed(to remaining: RemainingChannels) -> Operation { with { $0.units = remaining.outputs.count } }
}
