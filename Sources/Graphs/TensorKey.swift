/// A tensor by the call that makes it: the same in a graph and in those cut from it, whose numbers may differ.
package struct TensorKey: Hashable, Sendable {
    package let layer: LayerKey
    /// The position among the calls of the layer.
    package let call: Int
    /// The position among the outputs of that call.
    package let output: Int

    package init(layer: LayerKey, call: Int, output: Int) {
        (self.layer, self.call, self.output) = (layer, call, output)
    }
}

extension Graph {
    /// For each tensor the call that makes it; nil for tensors that nothing makes any more.
    package var tensorKeys: IDArray<TensorID, TensorKey?> {
        var keys = IDArray<TensorID, TensorKey?>(repeating: nil, count: shapes.count), calls: [LayerID: Int] = [:]
        for node in nodes {
            let call = calls[node.layer, default: 0], layer = LayerKey(layers[node.layer])
            calls[node.layer] = call + 1
            for (position, tensor) in node.outputs.enumerated() {
                keys[tensor] = TensorKey(layer: layer, call: call, output: position)
            }
        }
        return keys
    }
}
