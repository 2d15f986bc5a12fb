import ArgumentParser
import Datasets

/// How pixels become a model's input, where the user says it.
struct PixelOptions: ParsableArguments {
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "How the model was trained to see bytes: 0..255 (as they are), 0..1 (x / 255), -1..1 (x / 127.5 − 1), caffe (BGR less its means), imagenet (x / 255, normalized per channel). Default: as the model says, else as the images' file notes.",
            valueName: "preset"))
    var pixels: PixelPreset?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "In place of --pixels: a pixel x is fed as (x · scale − mean) / std. What is not given of the three is 1, 0 and 1.",
            valueName: "s"))
    var scale: Double?

    @Option(
        parsing: .unconditional, help: ArgumentHelp("One number, or one per channel.", valueName: "m,…"),
        transform: numbers)
    var mean: [Double]?

    @Option(
        parsing: .unconditional, help: ArgumentHelp("One number, or one per channel.", valueName: "s,…"),
        transform: numbers)
    var std: [Double]?

    func validate() throws {
        if pixels != nil, scale != nil || mean != nil || std != nil {
            throw ValidationError("--pixels says it all: leave it out, or --scale, --mean and --std.")
        }
    }

    var overrides: PreprocessingOverrides { PreprocessingOverrides(preset: pixels, scale: scale, mean: mean, std: std) }
}

extension PixelPreset: ExpressibleByArgument {}
