import Datasets
import Graphs

/// What a model may be fed: for each of its inputs a range for each channel, or one for all; nil for an input of which
/// nothing is known.
package struct InputBox: Sendable, Equatable {
    package var inputs: [InputRange?]

    package init(_ inputs: [InputRange?]) { self.inputs = inputs }

    /// For each input of a graph its range and the axis along which that tells channels apart; one range for all where the
    /// graph has other channels.
    package func channelAxes(of graph: Graph) -> [(range: InputRange, channelAxis: Int?)?] {
        let wiring = ChannelWiring(graph)
        return zip(graph.inputs, inputs).map { tensor, range in
            range.map { ($0.channels == wiring.counts[tensor] ? $0 : $0.hull, wiring.axes[tensor]) }
        }
    }

    /// What lies in both boxes; nil where no input does, as far as both have a range for it.
    package func intersection(_ other: InputBox) -> InputBox? {
        var result = self
        for index in inputs.indices where other.inputs.indices.contains(index) {
            guard let range = other.inputs[index] else { continue }
            guard let own = inputs[index] else {
                result.inputs[index] = range
                continue
            }
            guard let both = own.intersection(range) else { return nil }
            result.inputs[index] = both
        }
        return result
    }
}
