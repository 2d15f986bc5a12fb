import Graphs
import Tensors

extension Operation {
    /// Weights of the right shapes for an input of shape `input`, statistics positive.
    package func randomWeights(input: [Int], seed: UInt64) -> [Weight] {
        func channels(_ window: Window) -> Int {
            window.dataFormat == .channelsLast ? input[input.count - 1] : input[0]
        }
        let shapes: [(WeightRole, [Int])] =
            switch self {
            case let .convolution(c):
                [(.kernel, c.window.size + [channels(c.window) / c.groups, c.filters]), (.bias, [c.filters])]
            case let .depthwise(d):
                [
                    (.depthwiseKernel, d.window.size + [channels(d.window), d.multiplier]),
                    (.bias, [channels(d.window) * d.multiplier]),
                ]
            case let .separable(s):
                [
                    (.depthwiseKernel, s.window.size + [channels(s.window), s.multiplier]),
                    (.pointwiseKernel, s.window.size.map { _ in 1 } + [channels(s.window) * s.multiplier, s.filters]),
                    (.bias, [s.filters]),
                ]
            case let .transposed(t):
                [(.kernel, t.window.size + [t.filters, channels(t.window)]), (.bias, [t.filters])]
            case let .dense(d): [(.kernel, [input[input.count - 1], d.units]), (.bias, [d.units])]
            case let .batchNormalization(b):
                [WeightRole.gamma, .beta, .movingMean, .movingVariance].map { ($0, [input[b.axis]]) }
            case let .layerNormalization(l): [WeightRole.gamma, .beta].map { ($0, l.axes.map { input[$0] }) }
            case let .parametricReLU(p): [(.alpha, input.enumerated().map { p.sharedAxes.contains($0) ? 1 : $1 })]
            case let .normalization(n): [WeightRole.mean, .variance].map { ($0, n.axes.map { input[$0] }) }
            default: []
            }
        return shapes.enumerated().map { index, entry in
            var tensor = Tensor.random(entry.1, seed: seed &* 31 &+ UInt64(index))
            if [.movingVariance, .variance].contains(entry.0) {
                tensor = Tensor(shape: tensor.shape, tensor.elements.map { abs($0) + 0.1 })
            }
            return Weight(entry.0, tensor)
        }
    }
}
