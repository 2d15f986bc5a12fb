import Graphs
import Tensors

extension Operation {
    /// The first channel of a weight, and its value, that is a variance below −ε: normalizing by its square root makes
    /// NaN of every input. Nil where there is none, and for other weights.
    func impossibleVariance(_ tensor: Tensor, _ role: WeightRole) -> (channel: Int, value: Float)? {
        let least: Float
        switch (self, role) {
        case let (.batchNormalization(normalization), .movingVariance): least = -normalization.epsilon
        case (.normalization, .variance): least = 0
        default: return nil
        }
        return tensor.withSpan { values in
            for channel in values.indices where values[channel] < least { return (channel, values[channel]) }
            return nil
        }
    }
}
