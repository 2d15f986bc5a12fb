/// What the layers next to an input make of the numbers fed, before any other layer sees them: scale · x + offset.
package struct InputScaling: Equatable, Sendable {
    /// Their names, in order.
    package var layers: [String] = []
    /// One value, or one for each channel.
    package var scale: [Double] = [1]
    /// As many as `scale`.
    package var offset: [Double] = [0]
    /// Whether there is a layer among them that is made for it; not where there is a batch normalization alone.
    package var isPreprocessing = false

    package init() {}

    /// The same with another layer behind it; nil where channels do not fit.
    fileprivate func followed(by name: String, scale next: [Double], offset added: [Double]) -> InputScaling? {
        let count = max(scale.count, next.count, added.count)
        func spread(_ values: [Double]) -> [Double]? {
            values.count == count ? values : values.count == 1 ? Array(repeating: values[0], count: count) : nil
        }
        guard let old = spread(scale), let start = spread(offset), let factors = spread(next), let terms = spread(added)
        else { return nil }
        var result = self
        result.layers.append(name)
        result.scale = zip(old, factors).map { $0 * $1 }
        result.offset = zip(zip(start, factors), terms).map { $0.0 * $0.1 + $1 }
        return result
    }
}

extension Graph {
    /// What the model's own layers make of `input` first: its rescalings and normalizations, arithmetic with a number,
    /// and a batch normalization where one follows (its statistics alone: γ and β come after them). Nil where there are
    /// none.
    ///
    /// Layers that move pixels or leave them as they are may lie between; where the way parts, it ends.
    package func scaling(of input: TensorID) -> InputScaling? {
        var tensor = input, scaling = InputScaling(), isAtEnd = false
        let readers = readers
        while !isAtEnd, readers[tensor].count == 1, let node = readers[tensor].first, nodes[node].inputs == [tensor],
            nodes[node].outputs.count == 1
        {
            guard let next = step(scaling, layer(of: node)) else { break }
            if case .batchNormalization = layer(of: node).operation { isAtEnd = true }
            scaling = next
            tensor = nodes[node].outputs[0]
        }
        return scaling.layers.isEmpty ? nil : scaling
    }

    /// `scaling` with `layer` behind it, nil where that does something else.
    private func step(_ scaling: InputScaling, _ layer: Layer) -> InputScaling? {
        let kind = layer.operation.kind
        switch kind.effect {
        case .copy, .move, .plane(.padding), .plane(.cropping), .plane(.upsampling):
            return scaling
        case .affine:
            guard let affine = kind.affine(layer) else { return nil }
            var next = scaling.followed(by: layer.qualifiedName, scale: affine.scale, offset: affine.shift)
            next?.isPreprocessing = true
            return next
        case let .normalization(normalization):
            var statistics = layer
            (statistics[.gamma], statistics[.beta]) = (nil, nil)
            guard let affine = normalization.affine(statistics), affine.scale.allSatisfy({ $0.isFinite && $0 > 0 })
            else { return nil }
            return scaling.followed(by: layer.qualifiedName, scale: affine.scale, offset: affine.shift)
        case .source, .unknown, .plane(.pooling), .plane(.globalPooling), .function, .slopes, .weights, .taps, .merge,
            .concatenation:
            return nil
        }
    }
}
