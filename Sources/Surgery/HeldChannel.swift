import Graphs
import Tensors

/// An output channel of a layer that is made to hold exactly the constant it nearly held.
struct HeldChannel {
    let layer: LayerID
    let channel: Int
    let value: Double

    /// Whether a layer's weights can be set so: a normalization with scale and shift, or a filter whose weights are as
    /// good as 0, so that its bias is what it makes.
    static func canHold(_ layer: Layer, _ channel: Int, weightThreshold: Float) -> Bool {
        if case .normalization = layer.operation.kind.effect { return layer[.gamma] != nil && layer[.beta] != nil }
        guard let (_, kernel) = filters(of: layer), let count = kernel.shape.last else { return false }
        let squares = stride(from: channel, to: kernel.count, by: count).reduce(0.0) {
            $0 + Double(kernel[$1]) * Double(kernel[$1])
        }
        return squares.squareRoot() < Double(weightThreshold)
    }

    /// The one kernel of a layer whose output channels lie along its last axis; nil for other layers.
    private static func filters(of layer: Layer) -> (role: WeightRole, kernel: Tensor)? {
        let kind = layer.operation.kind
        guard let slot = kind.kernel, kind.taps == nil, slot.axes.last == .outputChannels,
            let kernel = layer[slot.role]
        else { return nil }
        return (slot.role, kernel)
    }

    /// The layer with the channel set.
    func applied(to layer: Layer) -> Layer {
        var layer = layer
        if case .normalization = layer.operation.kind.effect {
            layer[.gamma]?[channel] = 0
            layer[.beta]?[channel] = Float(value)
        } else if case (let role, var kernel)? = Self.filters(of: layer), let count = kernel.shape.last {
            for position in stride(from: channel, to: kernel.count, by: count) { kernel[position] = 0 }
            layer[role] = kernel
        }
        return layer
    }
}
