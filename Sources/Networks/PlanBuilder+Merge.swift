import Graphs
import Kernels

/// Combinations of several tensors, each in whatever order it lies.
extension PlanBuilder {
    mutating func lower(_ merge: Merge, _ stage: Stage, _ inputs: [StoredTensor], _ shape: [Int]) throws -> StoredTensor
    {
        guard let leader = inputs.first(where: { $0.rank == shape.count }) else {
            throw invalid("has no input of rank \(shape.count)")
        }
        guard inputs.count > 1 else { return leader }
        let first = inputs[0]
        let inPlace =
            first.shape == shape && first.order == leader.order
            && !inputs.dropFirst().contains { $0.buffer == first.buffer }
        let place = merge.kind == .average ? nil : try place(stage.output, order: leader.order)
        let output = try place ?? (inPlace ? try target(like: first) : try allocate(shape, order: leader.order))
        var sum = first
        for other in inputs.dropFirst() {
            let loop = NestedLoop(
                batch: batch, over: output, first: sum.strides(broadcastTo: shape),
                second: other.strides(broadcastTo: shape), imageStrides: (sum.imageStride, other.imageStride))
            emit(BinaryKernel(merge.kind.operation, loop), sum, other, into: output)
            sum = output
        }
        if merge.kind == .average {
            emit(PointwiseKernel(.divided(by: Float(inputs.count)), count: batch * output.count), output, into: output)
        }
        return output
    }
}

extension Merge.Kind {
    /// What is done to each pair; an average is a sum, divided at the end.
    package var operation: BinaryKernel.Operator {
        switch self {
        case .add, .average: .add
        case .subtract: .subtract
        case .multiply: .multiply
        case .maximum: .maximum
        case .minimum: .minimum
        }
    }
}
