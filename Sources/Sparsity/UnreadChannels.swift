import Graphs

/// Which channels of which tensors nobody reads: every weight that meets them, in all of their consumers, is 0.
///
/// A channel carried on (through poolings, sums, normalizations) is read when what it is carried into is read; model
/// outputs and layers whose computation is not known read everything.
struct UnreadChannels {
    private var isRead: IDArray<TensorID, [Bool]>

    init(_ graph: Graph) {
        let wiring = ChannelWiring(graph)
        isRead = wiring.counts.mapValues { Array(repeating: false, count: $0) }
        for tensor in graph.outputs { isRead[tensor] = isRead[tensor].map { _ in true } }
        for id in graph.nodes.indices.reversed() {
            let node = graph.nodes[id]
            for (input, role) in zip(node.inputs, wiring.roles[id]) {
                switch role {
                case .pinned: isRead[input] = isRead[input].map { _ in true }
                case .broadcast: isRead[input] = isRead[input].map { _ in isRead[node.outputs[0]].contains(true) }
                case .passed, .joined:
                    role.forEachPair { if isRead[node.outputs[0]][$0] { isRead[input][$1] = true } }
                case .read:
                    let reads = ChannelReads(graph, id)
                    // Weights that do not fit say nothing about who is read.
                    guard reads.inputs == isRead[input].count else {
                        isRead[input] = isRead[input].map { _ in true }
                        continue
                    }
                    let read = reads.read(by: Array(repeating: true, count: reads.outputs), zeroIsUnread: true)
                    for channel in read.indices where read[channel] { isRead[input][channel] = true }
                }
            }
        }
    }

    /// The channels of a tensor that nobody reads, ascending.
    subscript(tensor: TensorID) -> [Int] { isRead[tensor].indices.filter { !isRead[tensor][$0] } }
}
