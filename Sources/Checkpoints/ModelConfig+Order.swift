extension ModelConfig {
    /// The order in which Keras keeps the layers of this model once it has rebuilt it: indices of `layers`.
    ///
    /// Files list weights in that order, so it matters when layers are gone: a shorter branch may move. Keras's own
    /// rule (`map_graph`): by the longest way to an output, longest first; of equals, as a depth-first walk from the
    /// outputs meets them. Layers that lead to no output are left out, but for inputs, which come last.
    var kerasOrder: [Int] {
        guard !isSequential else { return Array(layers.indices) }
        let (calls, firstMet) = walk()
        var callDepths: [CallReference: Int] = [:], depths: [Int: Int] = [:]
        for call in calls.reversed() {
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

    /// The calls that lead to the outputs, each after those it depends on, and the number at which each layer was met.
    private func walk() -> (calls: [CallReference], firstMet: [Int: Int]) {
        var calls: [CallReference] = [], firstMet: [Int: Int] = [:]
        var entered: Set<CallReference> = [], done: Set<CallReference> = []
        for output in outputs {
            var stack = [output.source]
            while let call = stack.last {
                if entered.insert(call).inserted {
                    if firstMet[call.layer] == nil { firstMet[call.layer] = firstMet.count }
                    for input in layers[call.layer].calls[call.call].tensors.reversed()
                    where !entered.contains(input.source) {
                        stack.append(input.source)
                    }
                } else {
                    stack.removeLast()
                    if done.insert(call).inserted { calls.append(call) }
                }
            }
        }
        return (calls, firstMet)
    }
}
