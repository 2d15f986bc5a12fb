/// The preprocessing that a user asks for, by a preset or number by number.
package struct PreprocessingOverrides: Equatable, Sendable {
    package var preset: PixelPreset?
    package var scale: Double?
    package var mean: [Double]?
    package var std: [Double]?

    package init(preset: PixelPreset? = nil, scale: Double? = nil, mean: [Double]? = nil, std: [Double]? = nil) {
        (self.preset, self.scale, self.mean, self.std) = (preset, scale, mean, std)
    }

    /// What they ask for, what is not given being neutral; nil where nothing is given.
    package var preprocessing: Preprocessing? {
        if let preset { return preset.preprocessing }
        guard scale != nil || mean != nil || std != nil else { return nil }
        return Preprocessing(scale: scale ?? 1, mean: mean ?? [0], std: std ?? [1])
    }

    /// The options given, for people.
    package var options: String {
        if let preset { return "--pixels \(preset.rawValue)" }
        return [(scale != nil, "--scale"), (mean != nil, "--mean"), (std != nil, "--std")].filter(\.0).map(\.1).joined(
            separator: ", ")
    }
}
