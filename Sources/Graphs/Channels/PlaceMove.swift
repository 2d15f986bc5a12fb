/// Where the values of channels come from when a layer only gives elements other places: flattens, reshapes, permutes,
/// repeats, slices.
package struct PlaceMove {
    private let move: ElementMove
    private let before: ChannelPlaces
    private let after: ChannelPlaces
    /// The plane of the output's channels; nil for a vector, whose channels are one element each.
    private let plane: PlaneMap?

    /// nil for other layers, and where a length or the place of the channels is not known.
    package init?(_ graph: Graph, _ id: NodeID, _ wiring: ChannelWiring) {
        guard let input = graph.nodes[id].inputs.first, let output = graph.nodes[id].outputs.first,
            let shape = graph.shapes[input], let target = graph.shapes[output],
            let axis = wiring.axes[input], let targetAxis = wiring.axes[output],
            let before = ChannelPlaces(shape, axis), let after = ChannelPlaces(target, targetAxis),
            let from = shape.known, let to = target.known,
            let move = graph.layer(of: id).operation.kind.move(from: from, to: to)
        else { return nil }
        (self.move, self.before, self.after) = (move, before, after)
        plane = PlaneMap(shape: target, channelAxis: targetAxis, repeating: 0)
        if plane == nil, target.count > 1 { return nil }
    }

    /// For each position of an output channel the input channel and the position there that it comes from.
    package func origins(of channel: Int) -> [(channel: Int, position: Int)] {
        (0..<after.positions).map { before.place(of: move.origin(of: after.element(channel, $0))) }
    }

    /// What an output channel holds that has these values at its positions; alive where some are missing.
    package func value(_ values: [Double], _ proof: Proof) -> ChannelValue {
        guard values.count == after.positions else { return .alive }
        guard let plane else { return .constant(values[0], proof) }
        return ChannelValue(PlaneMap(height: plane.height, width: plane.width, values: values), proof)
    }
}

/// The elements of a tensor, counted row-major, by channel and position; positions are counted row-major over the other
/// axes.
private struct ChannelPlaces {
    let positions: Int
    private let count: Int
    private let inner: Int

    init?(_ shape: TensorShape, _ axis: Int) {
        guard shape.indices.contains(axis), let count = shape[axis], let total = elementCount(shape), total > 0,
            total <= ChannelWiring.mostElements, let inner = elementCount(shape[(axis + 1)...])
        else { return nil }
        (self.count, self.inner) = (count, inner)
        positions = total / count
    }

    func element(_ channel: Int, _ position: Int) -> Int {
        (position / inner * count + channel) * inner + position % inner
    }

    func place(of element: Int) -> (channel: Int, position: Int) {
        (element / inner % count, element / (inner * count) * inner + element % inner)
    }
}
