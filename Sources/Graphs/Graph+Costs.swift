extension Graph {
    /// The multiply-accumulates of one call for one image; nil where a shape or the layer is unknown, or the number
    /// beyond counting.
    ///
    /// Counted for convolutions and dense layers, all taps of a window, also those in the padding; everything else is
    /// 0.
    package func macs(of id: NodeID) -> Int? {
        let node = nodes[id], layer = layers[node.layer]
        guard let input = node.inputs.first, let output = node.outputs.first else { return 0 }
        // An unknown layer without a weight matrix has no multiply-accumulates.
        if layer.operation.isOpaque { return layer.weights.allSatisfy { $0.tensor.shape.count < 2 } ? 0 : nil }
        let kind = layer.operation.kind, kernels = kind.slots.filter(\.isKernel)
        if kernels.isEmpty { return 0 }
        guard let input = shapes[input], let output = shapes[output],
            let positions = kind.positions(input: input, output: output)
        else { return nil }
        return elementCount(positions + [kernels.reduce(0) { $0 + (layer[$1.role]?.count ?? 0) }])
    }

    /// The multiply-accumulates of the whole network for one image; nil where a shape is unknown, or the number beyond
    /// counting.
    package var macs: Int? {
        nodes.indices.reduce(0) { total, id in
            guard let total, let (sum, overflow) = macs(of: id).map({ total.addingReportingOverflow($0) }), !overflow
            else { return nil }
            return sum
        }
    }
}
