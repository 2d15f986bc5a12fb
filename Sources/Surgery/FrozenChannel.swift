import Graphs
import Tensors

/// An output channel of a layer that is made to hold exactly the constant it nearly held.
struct FrozenChannel {
    let layer: LayerID
    let channel: Int
    let value: Double

    /// Whether a layer's weights can be set so: a normalization with scale and shift, or a filter whose weights are as
    /// good as 0, so that its bias is what it makes.
    static func canFreeze(_ layer: Layer, _ channel: Int, weightThreshold: Float) -> Bool {
        switch layer.operation {
        case .batchNormalization: return layer[.gamma] != nil && layer[.beta] != nil
        case .convolution, .dense:
            guard let kernel = layer[.kernel], let filters = kernel.shape.last else { return false }
            let squares = stride(from: channel, to: kernel.count, by: filters).reduce(0.0) {
                $0 + Double(kernel[$1]) * Double(kernel[$1])
            }
            return squares.squareRoot() < Double(weightThreshold)
        default: return false
        }
    }

    /// The layer with the channel set.
    func applied(to layer: Layer) -> Layer {
        var layer = layer
        switch layer.operation {
        case .batchNormalization:
            layer[.gamma]?[channel] = 0
            layer[.beta]?[channel] = Float(value)
        default:
            guard let kernel = layer[.kernel], let filters = kernel.shape.last else { break }
            var silent = kernel
            for position in stride(from: channel, to: kernel.count, by: filters) { silent[position] = 0 }
            layer[.kernel] = silent
        }
        return layer
    }
}
