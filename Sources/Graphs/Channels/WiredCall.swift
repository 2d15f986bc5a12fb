/// One call of a layer, as far as the wiring of its channels goes.
package struct WiredCall {
    /// The channel axis of the output, nil where it has none, and what happens to the channels of each input.
    package typealias Result = (axis: Int?, roles: [ChannelRole])

    /// One tensor that it reads.
    package struct Input {
        package let shape: TensorShape?
        /// Where its channels are; nil where that is not known.
        package let axis: Int?
        /// The number of its channels; 0 where it is not known.
        package let count: Int
        /// Its channels where they lie along two axes.
        package let grid: ChannelGrid?
    }

    /// The qualified name of the layer.
    package let layer: String
    package let inputs: [Input]
    /// The shape of what it makes.
    package let output: TensorShape
    /// The axis along which the layers behind the output read channels, where one does.
    package let wanted: Int?
    /// Where the channels of a tensor of so many axes are when nothing tells.
    package let usualAxis: (Int) -> Int

    /// The role of an input whose channels do not lie where the layer looks for them.
    var mismatch: ChannelRole { .pinned(.axis(layer)) }

    /// Output channels equal input channels, one to one, provided that the input's channels are at `axis`.
    func identity(at axis: Int?) -> Result {
        guard let input = inputs.first, input.axis == axis else { return (axis, [mismatch]) }
        return (axis, [.passed(source: Array(0..<input.count))])
    }

    /// The same wherever they are.
    func identity() -> Result { identity(at: inputs.first?.axis ?? output.count - 1) }

    /// The same where this format has them.
    func identity(along format: DataFormat) -> Result { identity(at: format == .channelsLast ? output.count - 1 : 0) }

    /// Weights combine the channels along `axis`. What comes from a layer that is not known is read whole: it has no
    /// channels that could go.
    func reading(along axis: Int, groups: Int) -> Result {
        let isUnknown = inputs.first.map { $0.shape == nil && groups == 1 } ?? true
        return (axis, [inputs.first?.axis == axis || isUnknown ? .read : mismatch])
    }

    /// No channel can go, for this reason.
    func pinned(_ reason: PinReason) -> Result { (inputs.first?.axis ?? output.count - 1, [.pinned(reason)]) }
}

/// The channels that a cut leaves around one call of a layer.
package struct RemainingChannels {
    /// Those of its first input; nil where they cannot be followed, so that all stay.
    package let inputs: [Int]?
    /// Those of its output.
    package let outputs: [Int]
    /// The axis of the output along which they lie; nil where it is none, or not known.
    package let axis: Int?
    /// The groups of a grouped layer that stay; nil where all do.
    package let groups: Int?
    /// The axes and lengths of an output whose channels lie along two axes.
    package let grid: (rowAxis: Int, rows: Int, columnAxis: Int, columns: Int)?

    package init(
        inputs: [Int]?, outputs: [Int], axis: Int?, groups: Int? = nil,
        grid: (rowAxis: Int, rows: Int, columnAxis: Int, columns: Int)? = nil
    ) {
        (self.inputs, self.outputs, self.axis, self.groups, self.grid) = (inputs, outputs, axis, groups, grid)
    }
}
