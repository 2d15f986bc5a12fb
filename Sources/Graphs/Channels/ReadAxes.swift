/// The axis along which the layers behind a tensor read its channels.
///
/// Most layers say where their input's channels are, by their data format or because it is the last axis. What a
/// reshape makes of a vector says nothing of itself: its channels are where those layers look for them.
struct ReadAxes {
    private var axes: [Int?]

    /// The axis of a tensor, the batch axis not counted; nil where no layer behind it tells. Where several disagree,
    /// the first counts.
    subscript(tensor: TensorID) -> Int? { axes[tensor] }

    init(_ graph: Graph) {
        axes = Array(repeating: nil, count: graph.shapes.count)
        // Nobody asks for other graphs.
        guard graph.layers.contains(where: { if case .reshape = $0.operation { true } else { false } }) else { return }
        for node in graph.nodes.reversed() {
            guard let output = node.outputs.first else { continue }
            for input in node.inputs {
                guard let shape = graph.shapes[input], let target = graph.shapes[output] else { continue }
                let axis = graph.layers[node.layer].operation.readAxis(of: shape, to: target, wanted: axes[output])
                if let axis, shape.indices.contains(axis) { axes[input] = axis }
            }
        }
    }
}

extension Operation {
    /// The axis along which a layer reads the channels of an input of `shape`, when those of its output, of `target`,
    /// are read along `wanted`; nil where that is not known.
    fileprivate func readAxis(of shape: TensorShape, to target: TensorShape, wanted: Int?) -> Int? {
        if let format = dataFormat { return format == .channelsLast ? shape.count - 1 : 0 }
        switch self {
        case .dense: return shape.count - 1
        case let .batchNormalization(b): return b.axis
        case .activation, .parametricReLU, .dropout, .identity, .rescaling, .concatenate, .slice: return wanted
        case .merge: return wanted.map { $0 - (target.count - shape.count) }
        case let .permute(p): return wanted.flatMap { p.order.indices.contains($0) ? p.order[$0] : nil }
        case .reshape:
            guard let wanted, target.indices.contains(wanted) else { return nil }
            let kept = shape.indices.last {
                shape[$0] == target[wanted]
                    && ChannelWiring.reshaped(shape, channelAxis: $0, to: target)?.axis == wanted
            }
            return kept
                ?? shape.indices.last { ChannelWiring.joined(shape, channelAxis: $0, to: target, along: wanted) != nil }
        case .convolution, .depthwise, .separable, .transposed, .pooling, .globalPooling, .padding, .cropping,
            .upsampling,
            .input, .layerNormalization, .normalization, .flatten, .repeatVector, .opaque:
            return nil
        }
    }
}
