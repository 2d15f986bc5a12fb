/// The axis along which the layers behind a tensor read its channels.
///
/// Most layers say where their input's channels are, by their data format or because it is the last axis. What a
/// reshape makes of a vector says nothing of itself: its channels are where those layers look for them.
struct ReadAxes {
    private var axes: IDArray<TensorID, Int?>

    /// The axis of a tensor, the batch axis not counted; nil where no layer behind it tells. Where several disagree,
    /// the first counts.
    subscript(tensor: TensorID) -> Int? { axes[tensor] }

    init(_ graph: Graph) {
        axes = IDArray(repeating: nil, count: graph.shapes.count)
        // Nobody asks for other graphs.
        guard graph.layers.contains(where: { if case .reshape = $0.operation { true } else { false } }) else { return }
        for node in graph.nodes.reversed() {
            guard let output = node.outputs.first else { continue }
            for input in node.inputs {
                guard let shape = graph.shapes[input], let target = graph.shapes[output] else { continue }
                let axis = graph.layers[node.layer].operation.kind.readAxis(of: shape, to: target, wanted: axes[output])
                if let axis, shape.indices.contains(axis) { axes[input] = axis }
            }
        }
    }
}
