import ArgumentParser
import Datasets
import Training

/// Which images a network learns from, and what happens to them on the way.
struct TrainingDataOptionGroup: ParsableArguments {
    @Option(help: ArgumentHelp("What the images come as.", valueName: "kind"))
    var dataset: DatasetKind

    @Option(help: ArgumentHelp("The folder or file that holds it.", valueName: "path"), completion: .file())
    var data: String

    @Flag(
        inversion: .prefixedNo,
        help: "Flip every other image, by chance, left to right. Default: yes, but not for MNIST kinds and HDF5.")
    var flips: Bool?

    @Option(help: ArgumentHelp("Random crops of the image with this many black pixels around it.", valueName: "pixels"))
    var padCrop: Int?

    @Option(help: ArgumentHelp("Resize pictures to this side first.", valueName: "pixels"))
    var resize: Int?

    @Option(
        help: ArgumentHelp(
            "Random square crops of this side; test images are cropped in the middle.", valueName: "pixels"))
    var crop: Int?

    @OptionGroup var pixels: PixelOptions

    @Option(help: ArgumentHelp("Learn from the first n images only.", valueName: "n"))
    var limit: Int?

    @Option(help: ArgumentHelp("Test on the first n images only.", valueName: "n"))
    var testLimit: Int?

    func validate() throws {
        try requirePositive([
            "--pad-crop": padCrop, "--resize": resize, "--crop": crop, "--limit": limit, "--test-limit": testLimit,
        ])
        if let padCrop, padCrop >= 1 << 16 {
            throw ValidationError("--pad-crop takes at most \(1 << 16 - 1) pixels, not \(padCrop).")
        }
        if padCrop != nil, crop != nil { throw ValidationError("--pad-crop and --crop exclude each other.") }
    }

    /// The images, fed as the options say, else as the `model` says that is trained further, else as is usual for them.
    func open(for model: ModelPixels?) throws -> TrainingData {
        let cropping: TrainingDataOptions.Crop = padCrop.map { .padded(by: $0) } ?? crop.map { .square($0) } ?? .none
        return try TrainingData.open(
            dataset, path: data,
            options: TrainingDataOptions(
                flips: flips, crop: cropping, resize: resize, preprocessing: pixels.overrides, model: model,
                limit: limit, testLimit: testLimit))
    }

    /// What a run is told about its images, for one that is to be continued.
    var namedSettings: [TrainingSettings.Setting] {
        [
            .init("--dataset", dataset.rawValue), .init("--data", data), .init("--flips", flips),
            .init("--pad-crop", padCrop), .init("--crop", crop), .init("--resize", resize),
            .init("--pixels", pixels.pixels?.rawValue), .init("--scale", pixels.scale), .init("--mean", pixels.mean),
            .init("--std", pixels.std), .init("--limit", limit), .init("--test-limit", testLimit),
        ]
    }

    /// The same in the words of earlier versions.
    var settings: String {
        "\(dataset.rawValue) \(data) flips \(flips.map(String.init) ?? "as usual") crop \(padCrop ?? 0) \(crop ?? 0) resize \(resize ?? 0) \(pixels.settings) limit \(limit ?? 0) \(testLimit ?? 0)"
    }
}

extension PixelOptions {
    /// In words, for a run that is to be continued.
    fileprivate var settings: String {
        func text(_ value: (some Any)?) -> String { value.map { "\($0)" } ?? "as usual" }
        let numbers = "scale \(text(scale)) mean \(text(mean)) std \(text(std))"
        return pixels.map { "pixels \($0.rawValue)" } ?? numbers
    }
}

extension DatasetKind: ExpressibleByArgument {}
