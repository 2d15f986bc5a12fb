/// The sizes of a two-dimensional convolution over channels-last images; one dimension is height 1.
///
/// Weights: height × width × (input channels / groups) × output channels, Keras's own order. A depthwise convolution
/// has as many groups as input channels, a dense layer is a pointwise one.
package struct ConvolutionShape: Sendable, Equatable {
    package var images: Int
    /// For how many images the algorithm is chosen, which decides the last bits of the result; nil for `images`.
    package var expectedImages: Int?
    package var vertical: SlidingAxis
    package var horizontal: SlidingAxis
    package var inputChannels: Int
    package var outputChannels: Int
    package var groups: Int
    /// The floats from one input pixel to the next, and from one output pixel to the next: more than their channels
    /// where they are a slice of wider images.
    package var inputStep: Int
    package var outputStep: Int
    /// Where the outputs are only some of the pixels of larger images; nil where their lines and images follow one
    /// another.
    var spread: Spread?

    /// The floats from one line of outputs to the next, and from one image of them to the next.
    struct Spread: Equatable { let line, image: Int }

    package init(
        images: Int, vertical: SlidingAxis, horizontal: SlidingAxis, inputChannels: Int, outputChannels: Int,
        groups: Int = 1
    ) {
        precondition(images >= 0 && inputChannels > 0 && outputChannels > 0 && groups > 0, "impossible convolution")
        precondition(
            inputChannels % groups == 0 && outputChannels % groups == 0, "\(groups) groups do not divide the channels")
        (self.images, self.vertical, self.horizontal) = (images, vertical, horizontal)
        (self.inputChannels, self.outputChannels, self.groups) = (inputChannels, outputChannels, groups)
        inputStep = inputChannels
        outputStep = outputChannels
    }

    /// Each output pixel reads one input pixel, its own.
    var isPointwise: Bool { vertical.isPointwise && horizontal.isPointwise }
    /// Input channels that one filter sees.
    var groupInputs: Int { inputChannels / groups }
    var groupOutputs: Int { outputChannels / groups }
    /// The products behind one output number.
    var depth: Int { vertical.size * horizontal.size * groupInputs }
    /// Output rows of all images together.
    var outputRows: Int { images * vertical.output }
    /// The floats from one image to the next.
    var inputImage: Int { vertical.input * horizontal.input * inputStep }
    var outputImage: Int { spread?.image ?? vertical.output * outputLine }
    /// The floats from one line of outputs to the next.
    var outputLine: Int { spread?.line ?? horizontal.output * outputStep }
    /// Where an output row begins, counted across images.
    func offset(outputRow row: Int) -> Int {
        let (image, y) = row.quotientAndRemainder(dividingBy: vertical.output)
        return image * outputImage + y * outputLine
    }
    var readsSlice: Bool { inputStep != inputChannels }
    var writesSlice: Bool { outputStep != outputChannels || spread != nil }
    package var weightCount: Int { depth * outputChannels }
    /// Several images so small that most taps of a padded window lie in the padding: it pays to leave them out.
    var hasSmallImages: Bool { images > 1 && vertical.output * horizontal.output <= 16 }

    /// The same pointwise convolution over one line of pixels.
    var flattened: ConvolutionShape {
        var line = self
        line.images = 1
        line.vertical = .pointwise(1)
        line.horizontal = .pointwise(images * vertical.output * horizontal.output)
        return line
    }
}
