import ArgumentParser
import Datasets

/// What becomes of the size of images as they are read.
struct SizeOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Resize images to squares of n pixels, whatever their proportions.", valueName: "n"))
    var resize: Int?

    @Option(help: ArgumentHelp("Then cut a square of n pixels from the middle.", valueName: "n"))
    var crop: Int?

    func validate() throws {
        for (name, value) in [("resize", resize), ("crop", crop)] {
            if let value, value < 1 { throw ValidationError("--\(name) takes a positive number, not \(value).") }
        }
    }

    var size: ImageSize { ImageSize(resize: resize, crop: crop) }
}
