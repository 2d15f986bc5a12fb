extension Graph {
    /// For each tensor the axis along which the layers behind it read its channels, the batch axis not counted; nil
    /// where none of them tells. Where several disagree, the first counts.
    ///
    /// Most layers say where their input's channels are, by their data format or because it is the last axis. What a
    /// reshape makes of a vector says nothing of itself: its channels are where those layers look for them.
    var readAxes: IDArray<TensorID, Int?> {
        var axes = IDArray<TensorID, Int?>(repeating: nil, count: shapes.count)
        // Only reshapes need them.
        guard layers.contains(where: { if case .reshape = $0.operation { true } else { false } }) else { return axes }
        for node in nodes.reversed() {
            guard let output = node.outputs.first, let target = shapes[output] else { continue }
            for input in node.inputs {
                guard let shape = shapes[input] else { continue }
                let axis = layers[node.layer].operation.kind.readAxis(of: shape, to: target, wanted: axes[output])
                if let axis, shape.indices.contains(axis) { axes[input] = axis }
            }
        }
        return axes
    }
}
