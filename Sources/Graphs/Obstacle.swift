/// Why a layer cannot be evaluated, and what can be done about it.
package enum Obstacle: Sendable, Equatable {
    /// Only the layer's author knows what it computes. A declaration may say it, if that is a function of single
    /// numbers.
    case undeclared
    /// The layer is known, the function it applies is not: `name` is that function's, nil where it has none.
    case function(name: String?)
    /// Known to be no function of single numbers: a layer with weights, or one that looks along an axis.
    case beyondDeclaration
    /// A wrapper that belongs to training only; `remedy` is the call that takes it off, nil where there is none.
    case wrapper(remedy: String?)

    /// The end of a sentence that begins "layer 'x' is a Y".
    package var reason: String {
        switch self {
        case .undeclared: "which cannot be evaluated"
        case .beyondDeclaration: "which cannot be evaluated, and no function of single numbers can stand for it"
        case let .function(name?): "which cannot be evaluated because its function '\(name)' is not known"
        case .function(nil): "which cannot be evaluated because its function is not known"
        case let .wrapper(remedy?):
            "which serves training only and cannot be evaluated; take it off with \(remedy) and save the model again"
        case .wrapper(nil): "which serves training only and cannot be evaluated; save the model without it"
        }
    }
}

extension Graph {
    /// What to write before the `=` of a declaration that may make this opaque layer known; nil where none can.
    package func declarationPattern(of layer: LayerID) -> String? {
        guard layers[layer].operation.isOpaque else { return nil }
        switch layers[layer].obstacle {
        case let .function(name): return name ?? layers[layer].qualifiedName
        case .beyondDeclaration, .wrapper: return nil
        case .undeclared:
            let keepsShape = nodes.indices.allSatisfy { nodes[$0].layer != layer || self.keepsShape($0) }
            return layers[layer].parameters == 0 && keepsShape ? layers[layer].qualifiedName : nil
        }
    }

    /// The same for the whole model, each once.
    package var declarationPatterns: [String] {
        var patterns: [String] = []
        for layer in layers.indices {
            if let pattern = declarationPattern(of: layer), !patterns.contains(pattern) { patterns.append(pattern) }
        }
        return patterns
    }
}
