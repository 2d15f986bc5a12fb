import Tensors

/// How a layer's weights combine input channels into output channels: the one view of convolutions (plain, separable,
/// transposed) and dense layers on which constants, liveness and folding agree.
package struct ChannelReads {
    /// Whether some position reads zeros, or fewer taps than others: there no constant stands for a constant.
    package let isPositionDependent: Bool
    private let connections: (map: Connections, kernel: Tensor)?
    /// Where each input channel has taps for itself before the kernel combines them, per row of the kernel: the sum of
    /// its taps, and whether any is not 0.
    private let rows: (sums: [Double], present: [Bool])?

    package init(_ graph: Graph, _ id: NodeID) {
        let layer = graph.layer(of: id), kind = layer.operation.kind
        let shape = graph.nodes[id].inputs.first.flatMap { graph.shapes[$0] }
        connections = layer.connections(kind.kernel)
        rows = layer.connections(kind.taps).map { taps in
            (taps.map.sums(of: taps.kernel) { $0 }, taps.map.sums(of: taps.kernel) { $0 == 0 ? 0 : 1 }.map { $0 > 0 })
        }
        isPositionDependent = layer.operation.filters?.isPositionDependent(on: shape) ?? false
    }

    /// The number of input channels, and of output channels.
    package var inputs: Int { connections?.map.inputs ?? 0 }
    package var outputs: Int { connections?.map.outputs ?? 0 }

    private func forEachRun(_ body: (_ input: Int, _ row: Int, _ first: Int, _ weights: Span<Float>) -> Void) {
        if let (map, kernel) = connections { map.forEachRun(of: kernel, body) }
    }

    /// The outputs whose weights have a Euclidean norm of 0 (true) or below `threshold` (false).
    package func writtenNorms(below threshold: Float) -> [Int: Bool] {
        var squares = [Double](repeating: 0, count: outputs)
        let limit = Double(threshold) * Double(threshold)
        // Mostly the first weights settle it: only outputs still below the limit are followed.
        var open = Array(0..<outputs)
        // Not a number is not below the limit either.
        func isAlive(_ output: Int) -> Bool { squares[output] != 0 && !(squares[output] < limit) }
        forEachRun { _, row, first, weights in
            guard !open.isEmpty, rows?.present[row] ?? true else { return }
            func add(_ output: Int) {
                let weight = Double(weights[output - first])
                squares[output] += weight * weight
            }
            // Short runs, as of depthwise kernels, are gone through by themselves: each is of few outputs.
            if weights.count < open.count { return (first..<(first + weights.count)).forEach(add) }
            for output in open where output >= first && output - first < weights.count { add(output) }
            open.removeAll(where: isAlive)
        }
        return open.reduce(into: [:]) { if !isAlive($1) { $0[$1] = squares[$1] == 0 } }
    }

    /// The outputs that read nothing but constants, with what those contribute and how sure it is.
    ///
    /// `zeroIsUnread`: a weight of exactly 0 reads nothing, so that the channel behind it may be alive.
    package func constants(of values: [ChannelValue], zeroIsUnread: Bool) -> [Int: (sum: Double, proof: Proof)] {
        guard values.count == inputs else { return [:] }
        var sums = [Double](repeating: 0, count: outputs), proofs = [Proof](repeating: .proven, count: outputs)
        let known = values.map { value -> (Double, Proof)? in
            guard case let .constant(a, proof) = value, a == 0 || !isPositionDependent else { return nil }
            return (a, proof)
        }
        // The outputs that have read nothing alive so far.
        var open = Array(0..<outputs)
        forEachRun { input, row, first, weights in
            if open.isEmpty || (zeroIsUnread && !(rows?.present[row] ?? true)) { return }
            func reads(_ output: Int) -> Bool {
                output >= first && output - first < weights.count && (!zeroIsUnread || weights[output - first] != 0)
            }
            guard let (a, proof) = known[input] else { return open.removeAll(where: reads) }
            let factor = a * (rows?.sums[row] ?? 1)
            for output in open where reads(output) {
                sums[output] += factor * Double(weights[output - first])
                proofs[output] = max(proofs[output], proof)
            }
        }
        return open.reduce(into: [:]) { $0[$1] = (sums[$1], proofs[$1]) }
    }

    /// For each input channel whether one of the `used` outputs reads it. `zeroIsUnread` as above.
    package func read(by used: [Bool], zeroIsUnread: Bool) -> [Bool] {
        var result = [Bool](repeating: false, count: inputs)
        forEachRun { input, row, first, weights in
            // Mostly the first weight of a channel settles it.
            if result[input] || (zeroIsUnread && !(rows?.present[row] ?? true)) { return }
            for i in weights.indices where used[first + i] && (!zeroIsUnread || weights[i] != 0) {
                result[input] = true
                return
            }
        }
        return result
    }

    /// What constants contribute to every output: Σ_c a_c Σ_u W[u, c, o]. `constants`: input channel and its value.
    package func contribution(of constants: [Int: Double]) -> [Double] {
        var result = [Double](repeating: 0, count: outputs)
        guard !constants.isEmpty else { return result }
        let factors = (0..<inputs).map { constants[$0] ?? 0 }
        forEachRun { input, row, first, weights in
            let factor = factors[input] * (rows?.sums[row] ?? 1)
            if factor == 0 { return }
            for i in weights.indices { result[first + i] += factor * Double(weights[i]) }
        }
        return result
    }
}
