import Graphs

/// An activation whose channels several layers make together, behind a sum or a concatenation: no filter's own, but
/// where what the filters of a residual trunk come to is rectified.
package struct SharedActivation: Sendable, Equatable {
    package let tensor: TensorID
    /// The channel axis, the batch axis not counted.
    package let axis: Int
    package let channels: Int

    /// The elementwise activations of a graph that are not the last word on one of `banks`.
    static func all(in graph: Graph, besides banks: [FilterBank]) -> [SharedActivation] {
        let wiring = ChannelWiring(graph), own = Set(banks.map(\.activation))
        return graph.nodes.compactMap { node in
            guard case let .activation(function) = graph.layers[node.layer].operation,
                function.isElementwise, function != .linear,
                let tensor = node.outputs.first, !own.contains(tensor), let axis = wiring.axes[tensor]
            else { return nil }
            return SharedActivation(tensor: tensor, axis: axis, channels: wiring.counts[tensor])
        }
    }
}
