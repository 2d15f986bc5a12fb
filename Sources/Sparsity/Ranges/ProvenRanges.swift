import Graphs
import Kernels

/// What every channel of every tensor of a graph can hold, at any position, for any input inside a box: sound bounds that
/// follow from the weights alone, whatever kernels compute them.
package struct ProvenRanges: Sendable {
    package let box: InputBox
    /// For each tensor an interval for each channel; one for all of it where its channels are not known.
    package let intervals: IDArray<TensorID, [Interval]>
    /// For the tensors of layers that apply an activation of their own, what that is given.
    private let beforeActivation: [TensorID: [Interval]]
    private let producers: IDArray<TensorID, NodeID?>
    private let wiring: ChannelWiring

    /// `threads`: those on which layers are bounded by what the layers before them read, too, which is tighter and
    /// takes longer; nil: they are not. See `BackSubstitution`.
    package init(_ graph: Graph, in box: InputBox, relaxingOn threads: Int? = nil) {
        var propagation = RangePropagation(graph, box, relaxation: threads.map(WorkerPool.init(workers:)))
        for id in graph.nodes.indices { propagation.pass(id) }
        self.box = box
        (intervals, beforeActivation) = (propagation.intervals, propagation.beforeActivation)
        (producers, wiring) = (graph.producers, propagation.wiring)
    }

    /// The channels that hold 0 for every input inside the box.
    package var silent: [ChannelID] {
        intervals.enumerated().flatMap { tensor, channels in
            channels.count == wiring.counts[tensor]
                ? channels.indices.filter { channels[$0] == .zero }.map { ChannelID(tensor, $0) } : []
        }
    }

    /// The filters of a bank whose activation is 0 for every input inside the box; nil where nothing is known of any.
    package func dead(_ bank: FilterBank) -> [Int]? {
        known(intervals[bank.activation], bank)?.filter { intervals[bank.activation][$0] == .zero }
    }

    /// The filters of a bank whose activation function hands on everything it is given: a ReLU that never closes. Nil
    /// where nothing is known of any, or there is no such function.
    package func linear(_ bank: FilterBank, in graph: Graph) -> [Int]? {
        guard bank.function != .linear, bank.function.canBeIdentity, let given = given(bank, graph) else { return nil }
        return known(given, bank)?.filter { bank.function.isIdentity(on: given[$0]) }
    }

    /// What the activation function of a bank is given.
    package func given(_ bank: FilterBank, _ graph: Graph) -> [Interval]? {
        if let own = beforeActivation[bank.activation] { return own }
        guard let id = producers[bank.activation], let input = graph.nodes[id].inputs.first else { return nil }
        switch graph.layer(of: id).operation.kind.effect {
        case .function, .slopes: return intervals[input]
        case .source, .unknown, .copy, .move, .plane, .normalization, .affine, .weights, .taps, .merge, .concatenation:
            return nil
        }
    }

    /// The filters of a bank, where something is known of one of them.
    private func known(_ intervals: [Interval], _ bank: FilterBank) -> Range<Int>? {
        intervals.count == bank.filters && intervals.contains(where: \.isBounded) ? 0..<bank.filters : nil
    }
}

extension Activation {
    /// Whether there are numbers that the function hands on, all of one side.
    fileprivate var canBeIdentity: Bool { isIdentity(on: Interval(1e3, 1e3)) || self == .relu6 || isClippedReLU }
    private var isClippedReLU: Bool { if case .relu(_?, _, _) = self { true } else { false } }
}
