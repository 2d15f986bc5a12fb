import ArgumentParser
import Datasets

/// What becomes of the size of images as they are read.
struct SizeOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Resize images to squares of n pixels, whatever their proportions.", valueName: "n"))
    var resize: Int?

    @Option(help: ArgumentHelp("Then cut a square of n pixels from the middle.", valueName: "n"))
    var crop: Int?

    func validate() throws { try requirePositive(["--resize": resize, "--crop": crop]) }

    var size: ImageSize { ImageSize(resize: resize, crop: crop) }
}
