import Graphs
import Tensors
import TestSupport

/// Maps made of vectors, and of other maps by taking their axes apart.
extension RandomGraph {
    /// A dense layer whose units become a map, some of its channels dead in all of their units or nearly so.
    func mapOfUnits(_ x: TensorID) throws {
        let vector = shape(x).count > 1 ? try flattenedAcross(x) : x, inputs = try length(vector, 0)
        let lengths = (0..<traits.rank).map { _ in 1 + random.below(4) }, places = lengths.reduce(1, *),
            channels = 1 + random.below(5)
        let isFirst = (traits.format == .channelsFirst) != random.chance(0.2), units = places * channels
        var kernel = weights([inputs, units], scale: 1.7 / Float(inputs).squareRoot()), bias = weights([units])
        for channel in 0..<channels where random.chance(traits.mortality) {
            let held: Float? = random.pick([0, 0.5, -1, nil]), isWhole = random.chance(0.8)
            for unit in 0..<units
            where (isFirst ? unit / places : unit % channels) == channel && (isWhole || random.chance(0.8)) {
                kernel.clear(axis: 1, unit)
                if let held { bias[unit] = held }
            }
        }
        let activation: Activation = random.pick([.linear, .rectifier, .sigmoid])
        var y = try add(
            .dense(Dense(units: units, activation: activation)), [vector],
            [Weight(.kernel, kernel), Weight(.bias, bias)])
        if random.chance(0.2) { y = try normalization(y) }
        if random.chance(0.3) { y = try self.activation(y) }
        if random.chance(0.2) { y = try slopes(y) }
        if random.chance(0.3) {
            y = try add(
                .reshape(
                    Reshape(
                        target: random.pick(isFirst ? [[channels, places]] : [[places, channels], [lengths[0], -1]]))),
                [y])
        }
        y = try add(.reshape(Reshape(target: isFirst ? [channels] + lengths : lengths + [channels])), [y])
        if isFirst != (traits.format == .channelsFirst) {
            y = try add(
                .permute(
                    Permute(
                        order: isFirst ? Array(1...lengths.count) + [0] : [lengths.count] + Array(0..<lengths.count))),
                [y])
        }
        if random.chance(0.3) { y = try slopes(y) }
        if random.chance(0.3) { y = try normalization(y) }
    }

    /// A flatten of either format, whatever the others say.
    @discardableResult
    func flattenedAcross(_ x: TensorID) throws -> TensorID {
        try add(.flatten(random.pick([.channelsLast, .channelsFirst])), [x])
    }

    /// Constants that are not 0, blurred at the border by several kernels for each channel, so that some must carry
    /// others.
    func blurred(_ x: TensorID) throws {
        let y = try add(
            .activation(random.pick([.sigmoid, .softplus])),
            [normalization(convolution(x, filters: 4 + random.below(5), linear: true))])
        let rank = shape(y).count - 1,
            window = Window(size: Array(repeating: 3, count: rank), padding: .same, dataFormat: format(y))
        let inputs = try length(y, window.channelAxis), multiplier = 1 + random.below(3)
        let kernel = weights(window.size + [inputs, multiplier])
        var z = try add(
            .depthwise(DepthwiseConvolution(multiplier: multiplier, window: window)), [y],
            [Weight(.depthwiseKernel, kernel)])
        if random.chance(0.5) { z = try normalization(z) }
        if random.chance(0.7) { z = try activation(z) }
        try convolution(z)
    }

    /// Channels dealt out over the plane: every four become one of a map twice as high and wide.
    func shuffledPixels(_ x: TensorID) throws {
        guard traits.format != .channelsFirst, shape(x).count == 3 else { throw Rejected() }
        let y = try convolution(x, filters: 4 * (1 + random.below(4)), plain: true), shape = shape(y),
            channels = shape[2] / 4
        let split = try add(.reshape(Reshape(target: [shape[0], shape[1], 2, 2, channels])), [y])
        try add(
            .reshape(Reshape(target: [2 * shape[0], 2 * shape[1], channels])),
            [add(.permute(Permute(order: [0, 2, 1, 3, 4])), [split])])
    }
}
