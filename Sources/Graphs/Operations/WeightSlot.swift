import Tensors

/// What one axis of a weight array runs over.
package indirect enum WeightAxis: Equatable, Sendable {
    /// The taps of a window along one spatial axis, so many.
    case window(Int)
    /// The channels of the layer's input; in a layer of several groups those of one group.
    case inputChannels(groups: Int = 1)
    /// The channels that the layer makes.
    case outputChannels
    /// The outputs, so many, that are made of each input channel: output c · multiplier + m reads input c.
    case multiplier(Int)
    /// The positions along this axis of the layer's input, the batch axis not counted.
    case feature(Int)
    /// All axes of the layer's input, one after the other, with length 1 along those that share a number.
    case features(sharing: [Int])
    /// Each element of another axis so many times, one after the other: the multiples of an input channel.
    case each(Int, of: WeightAxis)
    /// Another axis so many times, one block after the other: the gates of a recurrent layer.
    case blocks(Int, of: WeightAxis)
}

/// One array of a layer's weights: what it is for, and what each of its axes means, outermost first.
package struct WeightSlot: Equatable, Sendable {
    package let role: WeightRole
    package let axes: [WeightAxis]
    /// Whether a layer cannot go without it.
    package let isRequired: Bool
    /// The least that its numbers can be, such as −ε of a variance; nil where any will do.
    package let minimum: Float?

    package init(_ role: WeightRole, _ axes: [WeightAxis], isRequired: Bool = true, minimum: Float? = nil) {
        (self.role, self.axes, self.isRequired, self.minimum) = (role, axes, isRequired, minimum)
    }

    /// A bias for each output channel, which a layer may go without.
    package static let bias = WeightSlot(.bias, [.outputChannels], isRequired: false)

    /// Taps along the axes of a window, then `axes`.
    static func kernel(_ role: WeightRole = .kernel, window: [Int], _ axes: WeightAxis...) -> WeightSlot {
        WeightSlot(role, window.map(WeightAxis.window) + axes)
    }

    /// Whether its weights connect input channels with output channels.
    package var isKernel: Bool { axes.contains { $0.inputs != nil } }
    /// Whether each input channel has weights of its own, as in a depthwise convolution.
    var hasTaps: Bool { axes.contains { if case .multiplier = $0 { true } else { false } } }
    /// The number of groups in which output channels read input channels.
    package var groups: Int { axes.lazy.compactMap(\.inputs).first?.groups ?? 1 }
    /// The axis of the array along which the output channels lie, one after the other; nil where none does.
    package var outputAxis: Int? { axes.firstIndex(of: .outputChannels) }
    /// The axis of the array along which the input channels lie, perhaps several times.
    package var inputAxis: Int? { axes.firstIndex { $0.inputs != nil } }

    /// The positions that stay along an axis of the array when these channels do; nil where all of them do.
    ///
    /// - Parameters:
    ///   - axis: of the array.
    ///   - inputs: the channels of the layer's input that stay (of one group, where there are several); nil: all.
    ///   - outputs: the channels of its output that stay.
    ///   - channelAxis: where the channels of its output are.
    ///   - length: of the axis.
    package func kept(along axis: Int, inputs: [Int]?, outputs: [Int], channelAxis: Int?, length: Int) -> [Int]? {
        if case let .features(shared)? = axes.first {
            return axis == channelAxis && !shared.contains(axis) ? outputs : nil
        }
        if case let .feature(feature) = axes[axis] { return feature == channelAxis ? outputs : nil }
        return axes[axis].kept(inputs: inputs, outputs: outputs, length: length)
    }
}

extension WeightAxis {
    /// Of an axis over input channels their groups, and how many of its positions belong to each; nil for others.
    var inputs: (groups: Int, multiple: Int)? {
        switch self {
        case let .inputChannels(groups): (groups, 1)
        case let .each(count, axis): axis.inputs.map { ($0.groups, $0.multiple * count) }
        case .window, .outputChannels, .multiplier, .feature, .features, .blocks: nil
        }
    }

    /// The positions that stay along an axis of this length when these input and output channels do; nil where all do.
    fileprivate func kept(inputs: [Int]?, outputs: [Int], length: Int) -> [Int]? {
        switch self {
        case .inputChannels: return inputs
        case .outputChannels: return outputs
        case .window, .multiplier, .feature, .features: return nil
        case let .each(count, axis):
            return axis.kept(inputs: inputs, outputs: outputs, length: length / count).map { kept in
                kept.flatMap { position in (0..<count).map { position * count + $0 } }
            }
        case let .blocks(count, axis):
            let block = length / count
            return axis.kept(inputs: inputs, outputs: outputs, length: block).map { kept in
                (0..<count).flatMap { number in kept.map { number * block + $0 } }
            }
        }
    }
}

extension LayerKind {
    /// The shape of a weight of a layer called on `input`; nil axes where they depend on what is not known of it, nil
    /// where not even the rank is known.
    ///
    /// `channels`: the input channels where the input does not tell them.
    package func shape(of slot: WeightSlot, input: TensorShape?, channels: Int? = nil) -> [Int?]? {
        let inputs = inputChannels(of: input) ?? channels, outputs = outputChannels(of: inputs)
        func length(_ axis: WeightAxis) -> Int? {
            switch axis {
            case let .window(taps): taps
            case let .inputChannels(groups): groups > 0 ? inputs.map { $0 / groups } : nil
            case .outputChannels: outputs
            case let .multiplier(count): count
            case let .feature(axis): input.flatMap { $0.indices.contains(axis) ? $0[axis] : nil }
            case .features: nil
            case let .each(count, axis), let .blocks(count, axis): elementCount([count, length(axis)])
            }
        }
        if case let .features(shared)? = slot.axes.first {
            return input.map { $0.enumerated().map { shared.contains($0) ? 1 : $1 } }
        }
        return slot.axes.map(length)
    }

    /// The slot of a weight; nil where this kind has none of that role.
    package func slot(_ role: WeightRole) -> WeightSlot? { slots.first { $0.role == role } }

    /// The slot of the weights that make the output channels; nil for kinds that make none.
    package var kernel: WeightSlot? { slots.last(where: \.isKernel) }
    /// The slot of the weights that each input channel has for itself before the kernel combines them; nil for most.
    package var taps: WeightSlot? { slots.filter(\.isKernel).dropLast().last }
}
