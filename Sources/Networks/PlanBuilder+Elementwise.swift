import Graphs
import Kernels

/// Layers that keep the shape of their input, and the order it lies in; in place where no other stage reads it.
extension PlanBuilder {
    mutating func apply(_ activation: Activation, to input: StoredTensor) throws -> StoredTensor {
        switch activation {
        case .linear: return input
        case let .softmax(axes):
            return try rows(input, axes.map { $0 < 0 ? $0 + input.rank : $0 }) {
                SoftmaxKernel(.softmax, rows: $0, length: $1)
            }
        case .logSoftmax: return try rows(input, [input.rank - 1]) { SoftmaxKernel(.logSoftmax, rows: $0, length: $1) }
        case .sparsemax: return try rows(input, [input.rank - 1]) { SoftmaxKernel(.sparsemax, rows: $0, length: $1) }
        default:
            guard let function = activation.function else { return input }
            let output = try target(like: input)
            emit(PointwiseKernel(function, count: batch * input.count), input, into: output)
            return output
        }
    }

    /// x · scale + shift, which lie along the axes that the kind says; `missing`: what a layer without them lacks.
    mutating func transform(_ name: String, _ layer: Layer, _ input: StoredTensor, missing: String) throws
        -> StoredTensor
    {
        guard let affine = layer.operation.kind.affine(layer) else { throw invalid(missing) }
        let output = try target(like: input)
        guard let kernel = affine.kernel(name, batch: batch, from: input, to: output) else {
            throw invalid("has \(affine.scale.count) factors for its input \(input.shape)")
        }
        emit(kernel, input, into: output)
        return output
    }

    mutating func lower(_ parametric: ParametricReLU, _ layer: Layer, _ input: StoredTensor) throws -> StoredTensor {
        guard let alpha = layer[.alpha] else { throw invalid("has no slopes") }
        let output = try target(like: input)
        let slopes = input.strides(of: alpha.shape, along: Array(input.shape.indices))
        let loop = NestedLoop(
            batch: batch, over: output, first: input.strides, second: slopes, imageStrides: (input.imageStride, 0))
        emit(SlopeKernel(loop, slopes: AlignedFloats(alpha.elements)), input, into: output)
        return output
    }

    mutating func lower(_ norm: LayerNormalization, _ layer: Layer, _ input: StoredTensor) throws -> StoredTensor {
        let gamma = layer[.gamma].map { AlignedFloats($0.elements) },
            beta = norm.rootMeanSquare ? nil : layer[.beta].map { AlignedFloats($0.elements) }
        return try rows(input, norm.axes) { rows, length in
            LayerNormalizationKernel(
                rows: rows, length: length, epsilon: norm.epsilon, centered: !norm.rootMeanSquare, gamma: gamma,
                beta: beta)
        }
    }

    /// A kernel over rows: `axes` innermost in memory, in this order.
    mutating func rows(
        _ input: StoredTensor, _ axes: [Int], _ kernel: (_ rows: Int, _ length: Int) -> any Kernel
    ) throws -> StoredTensor {
        guard Set(axes).count == axes.count, axes.allSatisfy(input.shape.indices.contains) else {
            throw invalid("names axes \(axes) of its input \(input.shape)")
        }
        let order = input.order.filter { !axes.contains($0) } + axes
        let input = try arranged(input, order), output = try target(like: input)
        let length = axes.reduce(1) { $0 * input.shape[$1] }
        let rows = batch * order.dropLast(axes.count).reduce(1) { $0 * input.shape[$1] }
        emit(kernel(rows, length), input, into: output)
        return output
    }
}
