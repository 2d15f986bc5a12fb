extension ModelConfig {
    /// The order in which Keras keeps the layers of this model once it has rebuilt it: indices of `layers`.
    ///
    /// Files list weights in that order, so it matters when layers are gone: a shorter branch may move. Keras's own
    /// rule (`map_graph`): by the longest way to an output, longest first; of equals, as a depth-first walk from the
    /// outputs meets them. Layers that lead to no output are left out, but for inputs, which come last.
    var kerasOrder: [Int] {
        guard !isSequential else { return Array(layers.indices) }
        let walk = walk(from: outputs.map(\.source), through: \.tensors)
        let firstMet = Dictionary(walk.entered.enumerated().map { ($1.layer, $0) }) { first, _ in first }
        var callDepths: [CallReference: Int] = [:], depths: [Int: Int] = [:]
        for call in walk.left.reversed() {
            let depth = max(callDepths[call] ?? 0, depths[call.layer] ?? 0)
            depths[call.layer] = depth
            callDepths[call] = depth
            for input in layers[call.layer].calls[call.call].tensors {
                callDepths[input.source] = max(depth + 1, callDepths[input.source] ?? 0)
            }
        }
        for input in inputs where depths[input.source.layer] == nil { depths[input.source.layer] = 0 }
        return depths.keys.sorted { a, b in
            let (x, y) = (depths[a] ?? 0, depths[b] ?? 0)
            return x != y ? x > y : (firstMet[a] ?? -1, a) < (firstMet[b] ?? -1, b)
        }
    }

    /// A depth-first walk from `roots` to all that they depend on by way of `tensors`: the calls as it enters them and
    /// as it leaves them, each after those it depends on; and one that depends on its own output, where there is one.
    ///
    /// Over an explicit stack: a stranger's config may be a chain of any length.
    func walk(from roots: [CallReference], through tensors: (Call) -> [TensorReference]) -> (
        entered: [CallReference], left: [CallReference], cycle: CallReference?
    ) {
        var entered: [CallReference] = [], left: [CallReference] = [], cycle: CallReference?
        var isLeft: [CallReference: Bool] = [:]
        for root in roots {
            var stack = [root]
            while let call = stack.last {
                switch isLeft[call] {
                case nil:
                    isLeft[call] = false
                    entered.append(call)
                    for source in tensors(layers[call.layer].calls[call.call]).reversed().map(\.source) {
                        if isLeft[source] == nil { stack.append(source) }
                        if isLeft[source] == false { cycle = cycle ?? call }
                    }
                case false?:
                    isLeft[call] = true
                    left.append(call)
                    stack.removeLast()
                case true?:
                    stack.removeLast()
                }
            }
        }
        return (entered, left, cycle)
    }
}
