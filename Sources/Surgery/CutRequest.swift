import Graphs
import Sparsity

/// What a user asks of a cut.
package struct CutRequest: Sendable {
    /// The signs of death by which filters may be cut; the others are only reported.
    package var criteria: Set<Criterion>
    package var thresholds: Thresholds
    /// Filters to cut though they may be alive.
    package var selection: FilterSelection?
    /// Layers that keep all their filters.
    package var protected: Set<LayerKey> = []
    /// Layers that lose filters keep a multiple of this many, where they can.
    package var multiple: Int
    /// The same for layers with a multiple of their own; one of all its filters keeps a layer whole.
    package var ownMultiples: [LayerKey: Int] = [:]
    /// Images of a step of training, where filters that sleep in every one are asked for.
    package var trainingBatch: Int?
    /// Of what the criteria find only that goes which is proven by the weights alone.
    package var provenOnly = false

    package init(
        criteria: Set<Criterion> = Criterion.byDefault, thresholds: Thresholds = Thresholds(),
        selection: FilterSelection? = nil, protected: Set<LayerKey> = [], multiple: Int = 1
    ) {
        precondition(multiple > 0, "widths are multiples of a positive number")
        (self.criteria, self.thresholds, self.selection, self.multiple) = (criteria, thresholds, selection, multiple)
        self.protected = protected
    }
}

extension Graph {
    /// The layers with a name or qualified name that one of the patterns matches. Throws `SurgeryError.noSuchLayer` for
    /// a pattern that matches none.
    package func layers(matching patterns: [String]) throws(SurgeryError) -> Set<LayerKey> {
        var result: Set<LayerKey> = []
        for text in patterns {
            let pattern = NamePattern(text)
            let found = layers.filter { pattern.matches($0.name) || pattern.matches($0.qualifiedName) }
            if found.isEmpty { throw .noSuchLayer(pattern: text) }
            result.formUnion(found.map(LayerKey.init))
        }
        return result
    }
}
