/// In which order a model takes the channels of a picture, which files hold as red, green, blue.
package enum ChannelOrder: String, Codable, Sendable {
    case rgb
    /// The last channel first, as in Caffe's models.
    case bgr
}

/// What is done to a pixel before a model sees it: channels in `order`, then (pixel · scale − mean) / std.
package struct Preprocessing: Equatable, Sendable {
    package var order: ChannelOrder = .rgb
    package var scale: Double = 1
    /// One value, or one for each channel (the last axis of an image), in the order in which channels are fed.
    package var mean: [Double] = [0]
    /// One value, or one for each channel, in that order. Positive.
    package var std: [Double] = [1]

    package init(order: ChannelOrder = .rgb, scale: Double = 1, mean: [Double] = [0], std: [Double] = [1]) {
        (self.order, self.scale, self.mean, self.std) = (order, scale, mean, std)
    }

    /// Throws `invalidPreprocessing` where images of `channels` channels cannot be treated so.
    func validate(channels: Int, path: String) throws {
        guard order == .rgb || channels == 3 else { throw DatasetError.channelOrder(path: path, channels: channels) }
        func require(_ condition: Bool, _ parameter: String, _ reason: String) throws {
            guard condition else {
                throw DatasetError.invalidPreprocessing(path: path, parameter: parameter, reason: reason)
            }
        }
        // Computed with in 64 bits, but what a model is fed has 32.
        func isNumber(_ value: Double) -> Bool { Float(value).isFinite }
        try require(isNumber(scale) && scale != 0, "scale", "\(scale) is 0 or not finite in 32 bits")
        try require(mean.allSatisfy(isNumber), "mean", "\(mean) are not all finite in 32 bits")
        try require(
            std.allSatisfy { isNumber($0) && $0 > 0 }, "std", "\(std) are not all finite and positive in 32 bits")
        for (parameter, values) in [("mean", mean), ("std", std)] {
            try require(
                values.count == 1 || values.count == channels, parameter,
                "it has \(values.count) values, the images have \(channels) channels, expected 1 or \(channels)")
        }
    }

    /// What a pixel becomes that is fed as `channel`: computed in 64 bits, stored in 32.
    func value(of pixel: Double, channel: Int) -> Float { Float(number(of: pixel, channel: channel)) }

    /// The same, not yet rounded.
    func number(of pixel: Double, channel: Int) -> Double {
        (pixel * scale - mean[mean.count == 1 ? 0 : channel]) / std[std.count == 1 ? 0 : channel]
    }

    /// After how many channels the treatment repeats itself: 1 where all are treated alike.
    var period: Int { order == .bgr ? 3 : max(mean.count, std.count) }

    /// The stored channel that is fed as `channel`.
    @inline(__always) func storedChannel(_ channel: Int) -> Int { order == .bgr ? 2 - channel : channel }
}

extension Preprocessing: Codable {
    /// Notes older than `order` are of red, green, blue.
    package init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        order = try values.decodeIfPresent(ChannelOrder.self, forKey: .order) ?? .rgb
        scale = try values.decode(Double.self, forKey: .scale)
        mean = try values.decode([Double].self, forKey: .mean)
        std = try values.decode([Double].self, forKey: .std)
    }
}
