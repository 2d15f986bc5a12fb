/// Convolution of each input channel by filters of its own, vectorized over channels; a unit is an output row.
struct DepthwiseKernel: ConvolutionImplementation {
    let name = "depthwise"
    let units: Int
    private let shape: ConvolutionShape
    private let weights: AlignedFloats
    private let epilogue: Epilogue

    /// Declines groups of more than one channel.
    init?(_ shape: ConvolutionShape, weights: AlignedFloats, epilogue: Epilogue) {
        guard shape.groupInputs == 1, shape.groups > 1 else { return nil }
        (self.shape, self.weights, self.epilogue) = (shape, weights, epilogue)
        units = shape.outputRows
    }

    func run(_ operands: Operands, units: Range<Int>) {
        for row in units { run(operands, row: row) }
    }

    private func run(_ operands: Operands, row: Int) {
        let vertical = shape.vertical, horizontal = shape.horizontal
        let channels = shape.inputChannels, width = shape.outputChannels, multiplier = shape.groupOutputs
        let (image, y) = row.quotientAndRemainder(dividingBy: vertical.output)
        let source = operands.input + image * shape.inputImage
        let output = operands.output + shape.offset(outputRow: row)
        let top = vertical.start(at: y), verticalTaps = vertical.taps(at: y)
        for x in 0..<horizontal.output {
            let pixel = output + x * shape.outputStep
            if let bias = epilogue.bias {
                pixel.update(from: bias.start, count: width)
            } else {
                pixel.update(repeating: 0, count: width)
            }
            let left = horizontal.start(at: x), taps = horizontal.taps(at: x)
            for v in verticalTaps {
                let line = source + (top + v * vertical.dilation) * horizontal.input * shape.inputStep
                for h in taps {
                    let from = line + (left + h * horizontal.dilation) * shape.inputStep
                    let tap = weights.start + (v * horizontal.size + h) * width
                    if multiplier == 1 {
                        var c = 0
                        while c < channels { pixel[c] += from[c] * tap[c]; c &+= 1 }
                    } else {
                        var c = 0, f = 0
                        while c < channels {
                            let value = from[c], end = f &+ multiplier
                            while f < end { pixel[f] += value * tap[f]; f &+= 1 }
                            c &+= 1
                        }
                    }
                }
            }
            epilogue.rectifier?.apply(to: pixel, width)
        }
    }
}
