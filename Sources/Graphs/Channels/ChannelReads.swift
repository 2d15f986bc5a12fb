import Tensors

/// How a layer's weights combine input channels into output channels: the one view of convolutions (plain, separable,
/// transposed) and dense layers on which constants, liveness and folding agree.
package struct ChannelReads {
    /// The number of input channels, and of output channels.
    package let inputs: Int
    package let outputs: Int
    /// Whether some position reads zeros, or fewer taps than others: there no constant stands for a constant.
    package let isPositionDependent: Bool
    private let kernel: Tensor
    private let groups: Int
    private let isTransposed: Bool
    /// For separable layers, per row of the pointwise kernel: the sum of its depthwise taps, and whether any is not 0.
    private let rows: (sums: [Double], present: [Bool])?
    private let multiplier: Int

    package init(_ graph: Graph, _ id: NodeID) {
        let layer = graph.layer(of: id), shape = graph.nodes[id].inputs.first.flatMap { graph.shapes[$0] }
        let empty = Tensor(shape: [0])
        var groups = 1, transposed = false, dependent = false, multiplier = 1
        var rows: (sums: [Double], present: [Bool])?
        switch layer.operation {
        case let .convolution(c):
            kernel = layer[.kernel] ?? empty
            groups = c.groups
            dependent = c.window.isPadded(shape)
        case let .separable(s):
            kernel = layer[.pointwiseKernel] ?? empty
            dependent = s.window.isPadded(shape)
            multiplier = s.multiplier
            rows = Self.summedTaps(of: layer[.depthwiseKernel] ?? empty)
        case let .transposed(t):
            kernel = layer[.kernel] ?? empty
            transposed = true
            dependent = (0..<t.window.rank).contains { t.window.size[$0] != 1 || t.window.strides[$0] != 1 || (t.outputPadding?[$0] ?? 0) != 0 }
        default:
            kernel = layer[.kernel] ?? empty
        }
        let wide = kernel.shape.suffix(2)
        let first = wide.first ?? 0, last = wide.last ?? 0
        inputs = (transposed ? last : first * groups) / multiplier
        outputs = transposed ? first : last
        isPositionDependent = dependent
        self.groups = groups
        isTransposed = transposed
        self.rows = rows
        self.multiplier = multiplier
    }

    private static func summedTaps(of depthwise: Tensor) -> (sums: [Double], present: [Bool]) {
        let width = depthwise.shape.suffix(2).reduce(1, *)
        var sums = [Double](repeating: 0, count: width), present = [Bool](repeating: false, count: width)
        depthwise.withSpan { taps in
            for position in taps.indices where taps[position] != 0 {
                sums[position % width] += Double(taps[position])
                present[position % width] = true
            }
        }
        return (sums, present)
    }

    /// Calls `body` with the input channel, the output channel and the value of every weight, in memory order.
    @inline(__always)
    private func forEach(_ body: (_ input: Int, _ output: Int, _ row: Int, _ weight: Float) -> Void) {
        guard kernel.count > 0 else { return }
        kernel.withSpan { weights in
            var position = 0
            if isTransposed {
                for _ in 0..<(weights.count / (inputs * outputs)) {
                    for output in 0..<outputs { for input in 0..<inputs { body(input, output, input, weights[position]); position += 1 } }
                }
                return
            }
            let perGroup = outputs / groups, height = inputs * multiplier / groups
            for _ in 0..<(weights.count / (height * outputs)) {
                for row in 0..<height {
                    for output in 0..<outputs {
                        body(row / multiplier + output / perGroup * (inputs / groups), output, row, weights[position])
                        position += 1
                    }
                }
            }
        }
    }

    /// The outputs whose weights have a Euclidean norm of 0 (true) or below `threshold` (false).
    package func writtenNorms(below threshold: Float) -> [Int: Bool] {
        var squares = [Double](repeating: 0, count: outputs)
        forEach { _, output, row, weight in if rows?.present[row] ?? true { squares[output] += Double(weight) * Double(weight) } }
        var result: [Int: Bool] = [:]
        for (output, square) in squares.enumerated() where square == 0 || square.squareRoot() < Double(threshold) { result[output] = square == 0 }
        return result
    }

    /// The outputs that read nothing but constants, with what those contribute and how sure it is.
    ///
    /// `zeroIsUnread`: a weight of exactly 0 reads nothing, so that the channel behind it may be alive.
    package func constants(of values: [ChannelValue], zeroIsUnread: Bool) -> [Int: (sum: Double, proof: Proof)] {
        guard values.count == inputs else { return [:] }
        var sums = [Double](repeating: 0, count: outputs), proofs = [Proof?](repeating: .proven, count: outputs)
        let known = values.map { value -> (Double, Proof)? in
            guard case let .constant(a, proof) = value, a == 0 || !isPositionDependent else { return nil }
            return (a, proof)
        }
        forEach { input, output, row, weight in
            if zeroIsUnread, weight == 0 || !(rows?.present[row] ?? true) { return }
            guard let (a, proof) = known[input] else { proofs[output] = nil; return }
            sums[output] += a * Double(weight) * (rows?.sums[row] ?? 1)
            proofs[output] = proofs[output].map { max($0, proof) }
        }
        var result: [Int: (sum: Double, proof: Proof)] = [:]
        for output in 0..<outputs { if let proof = proofs[output] { result[output] = (sums[output], proof) } }
        return result
    }

    /// For each input channel whether one of the `used` outputs reads it. `zeroIsUnread` as above.
    package func read(by used: [Bool], zeroIsUnread: Bool) -> [Bool] {
        var result = [Bool](repeating: false, count: inputs)
        forEach { input, output, row, weight in
            if used[output], !zeroIsUnread || (weight != 0 && rows?.present[row] ?? true) { result[input] = true }
        }
        return result
    }

    /// What constants contribute to every output: Σ_c a_c Σ_u W[u, c, o]. `constants`: input channel and its value.
    package func contribution(of constants: [Int: Double]) -> [Double] {
        var result = [Double](repeating: 0, count: outputs)
        guard !constants.isEmpty else { return result }
        let factors = (0..<inputs).map { constants[$0] ?? 0 }
        forEach { input, output, row, weight in
            if factors[input] != 0 { result[output] += factors[input] * Double(weight) * (rows?.sums[row] ?? 1) }
        }
        return result
    }
}
