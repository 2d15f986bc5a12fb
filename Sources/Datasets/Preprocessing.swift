/// What is done to a pixel before a model sees it: (pixel · scale − mean) / std.
package struct Preprocessing: Codable, Equatable, Sendable {
    package var scale: Double = 1
    /// One value, or one for each channel (the last axis of an image).
    package var mean: [Double] = [0]
    /// One value, or one for each channel. Positive.
    package var std: [Double] = [1]

    package init(scale: Double = 1, mean: [Double] = [0], std: [Double] = [1]) {
        (self.scale, self.mean, self.std) = (scale, mean, std)
    }

    /// The options of the command line that ask for it.
    package var options: String {
        func list(_ numbers: [Double]) -> String { numbers.map { "\($0)" }.joined(separator: ",") }
        return "--scale \(scale) --mean \(list(mean)) --std \(list(std))"
    }

    /// Throws `invalidPreprocessing` where images of `channels` channels cannot be treated so.
    func validate(channels: Int, path: String) throws {
        func require(_ condition: Bool, _ parameter: String, _ reason: String) throws {
            guard condition else { throw DatasetError.invalidPreprocessing(path: path, parameter: parameter, reason: reason) }
        }
        try require(scale.isFinite && scale != 0, "scale", "\(scale) is not a finite number other than 0")
        try require(mean.allSatisfy(\.isFinite), "mean", "\(mean) are not all finite")
        try require(std.allSatisfy { $0.isFinite && $0 > 0 }, "std", "\(std) are not all finite and positive")
        for (parameter, values) in [("mean", mean), ("std", std)] {
            try require(
                values.count == 1 || values.count == channels, parameter,
                "it has \(values.count) values, the images have \(channels) channels, expected 1 or \(channels)")
        }
    }

    /// What a pixel of `channel` becomes: computed in 64 bits, stored in 32.
    func value(of pixel: Double, channel: Int) -> Float {
        Float((pixel * scale - mean[mean.count == 1 ? 0 : channel]) / std[std.count == 1 ? 0 : channel])
    }
}

/// The preprocessing a user asks for; what is nil comes from the corpus.
package struct PreprocessingOverrides: Equatable, Sendable {
    package var scale: Double?
    package var mean: [Double]?
    package var std: [Double]?

    package init(scale: Double? = nil, mean: [Double]? = nil, std: [Double]? = nil) {
        (self.scale, self.mean, self.std) = (scale, mean, std)
    }

    func applied(to preprocessing: Preprocessing) -> Preprocessing {
        Preprocessing(scale: scale ?? preprocessing.scale, mean: mean ?? preprocessing.mean, std: std ?? preprocessing.std)
    }
}
