import Graphs

extension LayerReader {
    func batchNormalization() throws -> ParsedOperation? {
        // Keras 1's modes 1 and 2 normalize by each sample or batch; renormalization has weights of its own.
        guard value("mode")?.int ?? 0 == 0, try !flag("renorm", or: false) else { return nil }
        guard let axes = try axes("axis", or: [-1]), axes.count == 1 else { return nil }
        let absent: [WeightRole] =
            try (flag("scale", or: true) ? [] : [.gamma]) + (flag("center", or: true) ? [] : [.beta])
        let normalization = try BatchNormalization(
            axis: axes[0], epsilon: float("epsilon", or: 1e-3), momentum: float("momentum", or: 0.99))
        return ParsedOperation(.batchNormalization(normalization), without: absent)
    }

    func layerNormalization() throws -> ParsedOperation? {
        let rootMeanSquare = try flag("rms_scaling", or: false)
        let gamma = try flag("scale", or: true) || rootMeanSquare,
            beta = try flag("center", or: true) && !rootMeanSquare
        guard let axes = try axes("axis", or: [-1]) else { return nil }
        let normalization = try LayerNormalization(
            axes: axes, epsilon: float("epsilon", or: 1e-3), rootMeanSquare: rootMeanSquare)
        return ParsedOperation(
            .layerNormalization(normalization), without: (gamma ? [] : [.gamma]) + (beta ? [] : [.beta]))
    }

    /// A layer adapted to data has weights (with a count of what it saw); one given its statistics is a rescaling.
    func normalization() throws -> ParsedOperation? {
        let isOfAll = value("axis").map { $0.array?.isEmpty == true } ?? true, invert = try flag("invert", or: false)
        guard let axes = try isOfAll ? [] : axes("axis", or: [-1]) else { return nil }
        guard value("mean") != nil || value("variance") != nil else {
            return ParsedOperation(.normalization(Normalization(axes: axes, invert: invert)), beside: [.unknown(0)])
        }
        let mean = try floats("mean", or: [0]), variance = try floats("variance", or: [1])
        let isAlongLast = axes == [-1] || (inputRank != nil && axes == [(inputRank ?? 0) - 1])
        guard !invert, variance.allSatisfy({ $0 >= 0 }), mean.count == variance.count, mean.count == 1 || isAlongLast
        else { return nil }
        let scale = variance.map { 1 / max($0.squareRoot(), 1e-7) }
        return ParsedOperation(.rescaling(Rescaling(scale: scale, offset: zip(mean, scale).map { -$0 * $1 })))
    }

    /// A dropout that spares whole axes (`noise_shape`) is not followed in training.
    func dropout() throws -> ParsedOperation? {
        guard value("noise_shape") == nil else { return .identity }
        let rate = try float("rate", "p", or: 0)
        guard (0...1).contains(rate) else { throw error("'rate' should be from 0 to 1, it is \(rate)") }
        return ParsedOperation(.dropout(rate: rate))
    }

    func rescaling() throws -> ParsedOperation? {
        let scale = try floats("scale", or: [1]), offset = try floats("offset", or: [0])
        return ParsedOperation(.rescaling(Rescaling(scale: scale, offset: offset)))
    }
}
