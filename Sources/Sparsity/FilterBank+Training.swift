import Graphs

extension FilterBank {
    /// The filters whose activation is 0 for every batch of training, or gets no gradient through it: by the statistics of
    /// the batch alone, whatever the images. Nil where that cannot be told: no batch normalization that learns with a plain
    /// ReLU as its only reader, a layer that is called several times, a plane whose size is not known.
    ///
    /// Normalized over N numbers, batch × positions, none is further from the mean than √(N − 1) deviations (Samuelson's
    /// inequality; ε only helps). So |γ| √(N − 1) + β ≤ 0 keeps the ReLU shut, in a smaller batch, too. It says nothing of
    /// inference, where moving statistics normalize. A thousandth is left to rounding.
    package func asleepInTraining(in graph: Graph, batch: Int) -> [Int]? {
        guard let normalization, !normalizesActivation, case .relu(_, 0, let threshold) = function, threshold >= 0
        else {
            return nil
        }
        let node = graph.nodes[normalization], norm = graph.layers[node.layer],
            shape = graph.shapes[node.inputs[0]] ?? []
        let calls = graph.nodes.count { $0.layer == node.layer || $0.layer == layer }
        guard !norm.isFrozen, calls == 2, shape.indices.contains(axis), let count = elementCount([batch] + shape),
            let channels = shape[axis], channels == filters, count > 0
        else { return nil }
        let farthest = Double(count / channels - 1).squareRoot() * 1.001
        let gamma = norm[.gamma], beta = norm[.beta]
        return (0..<filters).filter { filter in
            let scale = gamma.map { abs(Double($0[filter])) } ?? 1, shift = beta.map { Double($0[filter]) } ?? 0
            return scale * farthest + shift <= 0
        }
    }
}
