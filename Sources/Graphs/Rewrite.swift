import Tensors

/// A graph made out of another by cutting channels, and how each of its weights came about.
///
/// A layer of the new graph keeps the path and name it had, which is how a checkpoint finds what to change. Weights
/// whose selection is missing kept their shape, or are no slices of what they were (grouped kernels); their values may
/// still differ (folded constants).
package struct Rewrite: Sendable {
    package var graph: Graph
    /// For each weight that lost slices, the indices kept along each axis that did.
    package var selections: [WeightKey: [AxisSelection]]
    /// Layers of the old graph that are gone, with what takes the place of their output.
    package var removals: [LayerKey: Removal]
    /// Inputs that layers which stay do not read any more, as positions among those they had.
    package var dropped: [LayerKey: Set<Int>]

    package init(
        graph: Graph, selections: [WeightKey: [AxisSelection]] = [:], removals: [LayerKey: Removal] = [:],
        dropped: [LayerKey: Set<Int>] = [:]
    ) {
        (self.graph, self.selections, self.removals, self.dropped) = (graph, selections, removals, dropped)
    }

    /// What takes the place of a removed layer's output.
    package enum Removal: Sendable, Equatable {
        /// Nothing: no layer that stays reads it.
        case unread
        /// The layer's own input at this position (an Add or a Concatenate whose other branches are gone).
        case bypassed(input: Int)
    }
}

/// A layer by its names: the same in a graph and in those cut from it.
package struct LayerKey: Hashable, Sendable {
    package var path: [String]
    package var name: String

    package init(_ layer: Layer) {
        path = layer.path
        name = layer.name
    }
}

/// A weight by its layer and role.
package struct WeightKey: Hashable, Sendable {
    package var layer: LayerKey
    package var role: WeightRole

    package init(_ layer: LayerKey, _ role: WeightRole) {
        (self.layer, self.role) = (layer, role)
    }
}

/// The slices kept along one axis of a weight, in their new order.
package struct AxisSelection: Sendable, Equatable {
    package var axis: Int
    package var kept: [Int]

    package init(axis: Int, kept: [Int]) {
        (self.axis, self.kept) = (axis, kept)
    }
}
