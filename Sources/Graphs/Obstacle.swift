/// Why a layer cannot be evaluated, and what can be done about it.
package enum Obstacle: Sendable, Equatable {
    /// Only the layer's author knows what it computes. A declaration may say it, if that is a function of single
    /// numbers.
    case undeclared
    /// The layer is known, the function it applies is not: `name` is that function's, nil where it has none.
    case function(name: String?)
    /// Known to be no function of single numbers: a layer with weights, or a class of Keras that looks along an axis.
    case beyondDeclaration
    /// A wrapper that belongs to training only; `remedy` is the call that takes it off, nil where there is none.
    case wrapper(remedy: String?)
}

extension Obstacle {
    /// The end of a sentence that begins "layer 'x' is a Y": what cannot be done, and what to do. `keepsShape`: whether
    /// the layer makes as much as it takes, as far as is known.
    package func text(layer: String, keepsShape: Bool) -> String {
        switch self {
        case .undeclared where keepsShape:
            "which cannot be evaluated; say what it computes with --declare '\(layer)=FUNCTION', such as relu or linear"
        case .undeclared, .beyondDeclaration:
            "which cannot be evaluated, and no function of single numbers can stand for it"
        case let .function(name?):
            "which cannot be evaluated because its function '\(name)' is not known; say what that is with --declare '\(name)=FUNCTION', such as relu or linear"
        case .function(nil):
            "which cannot be evaluated because its function is not known; say what that is with --declare '\(layer)=FUNCTION', such as relu or linear"
        case let .wrapper(remedy?):
            "which serves training only and cannot be evaluated; take it off with \(remedy) and save the model again"
        case .wrapper(nil):
            "which serves training only and cannot be evaluated; save the model without it"
        }
    }
}

extension Graph {
    /// What to write before the `=` of a declaration that may make this opaque layer known; nil where none can.
    package func declarationPattern(of layer: LayerID) -> String? {
        guard case .opaque = layers[layer].operation else { return nil }
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

    /// The end of a sentence: what to declare so that more of the model can be evaluated; empty where no declaration
    /// helps.
    package var declarationHint: String { Self.declarationHint(declarationPatterns) }

    /// The same for these patterns.
    package static func declarationHint(_ patterns: [String]) -> String {
        guard let first = patterns.first else { return "" }
        let others =
            patterns.count == 1 ? "" : ", and so for \(patterns.dropFirst().map { "'\($0)'" }.joined(separator: ", "))"
        return "; say what '\(first)' computes with --declare '\(first)=FUNCTION', such as relu or linear\(others)"
    }
}
