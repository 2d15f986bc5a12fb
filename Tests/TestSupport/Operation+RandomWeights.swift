import Graphs
import Tensors

extension Operation {
    /// Weights of the right shapes for an input of shape `input`, statistics positive.
    func randomWeights(input: [Int], seed: UInt64) -> [Weight] {
        kind.slots.enumerated().compactMap { index, slot in
            kind.shape(of: slot, input: input)?.known.map { shape in
                let tensor = Tensor.random(shape, seed: seed &* 31 &+ UInt64(index))
                let isVariance = slot.minimum != nil
                return Weight(
                    slot.role, isVariance ? Tensor(shape: shape, tensor.elements.map { abs($0) + 0.1 }) : tensor)
            }
        }
    }
}
