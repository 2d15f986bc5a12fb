/// Convolution as the definition has it, accumulated in Float64; a unit is an output row.
struct ReferenceConvolution: ConvolutionImplementation {
    let name = "reference convolution"
    let units: Int
    private let shape: ConvolutionShape
    private let weights: AlignedFloats
    private let epilogue: Epilogue

    init(_ shape: ConvolutionShape, weights: AlignedFloats, epilogue: Epilogue) {
        (self.shape, self.weights, self.epilogue) = (shape, weights, epilogue)
        units = shape.outputRows
    }

    func run(_ operands: Operands, units: Range<Int>) {
        for row in units {
            let (image, y) = row.quotientAndRemainder(dividingBy: shape.vertical.output),
                line = operands.output + shape.offset(outputRow: row)
            for x in 0..<shape.horizontal.output {
                for filter in 0..<shape.outputChannels {
                    let sum =
                        sum(operands.input + image * shape.inputImage, y, x, filter)
                        + Double(epilogue.bias?[filter] ?? 0)
                    line[x * shape.outputStep + filter] = epilogue.rectifier?(Float(sum)) ?? Float(sum)
                }
            }
        }
    }

    private func sum(_ image: UnsafePointer<Float>, _ y: Int, _ x: Int, _ filter: Int) -> Double {
        let vertical = shape.vertical, horizontal = shape.horizontal,
            first = filter / shape.groupOutputs * shape.groupInputs
        var sum = 0.0
        for v in 0..<vertical.size {
            for h in 0..<horizontal.size {
                let row = y * vertical.stride - vertical.padding + v * vertical.dilation
                let column = x * horizontal.stride - horizontal.padding + h * horizontal.dilation
                guard row >= 0, row < vertical.input, column >= 0, column < horizontal.input else { continue }
                for c in 0..<shape.groupInputs {
                    let value = image[(row * horizontal.input + column) * shape.inputStep + first + c]
                    let weight = weights[
                        ((v * horizontal.size + h) * shape.groupInputs + c) * shape.outputChannels + filter]
                    sum += Double(value) * Double(weight)
                }
            }
        }
        return sum
    }
}

/// The adjoint of a convolution as the definition has it, accumulated in Float64; a unit is an output row.
struct ReferenceTransposedConvolution: Kernel {
    let name = "reference transposed convolution"
    let units: Int
    private let shape: ConvolutionShape
    private let weights: AlignedFloats
    private let epilogue: Epilogue

    init(_ shape: ConvolutionShape, weights: AlignedFloats, epilogue: Epilogue) {
        (self.shape, self.weights, self.epilogue) = (shape, weights, epilogue)
        units = shape.images * shape.vertical.input
    }

    func run(_ operands: Operands, units: Range<Int>) {
        for row in units {
            let (image, y) = row.quotientAndRemainder(dividingBy: shape.vertical.input)
            for x in 0..<shape.horizontal.input {
                for filter in 0..<shape.inputChannels {
                    let sum = sum(operands.input, image, y, x, filter) + Double(epilogue.bias?[filter] ?? 0)
                    let pixel = row * shape.horizontal.input + x
                    operands.output[pixel * shape.inputChannels + filter] =
                        epilogue.rectifier?(Float(sum)) ?? Float(sum)
                }
            }
        }
    }

    private func sum(_ input: UnsafePointer<Float>, _ image: Int, _ y: Int, _ x: Int, _ filter: Int) -> Double {
        let vertical = shape.vertical, horizontal = shape.horizontal, channels = shape.outputChannels
        var sum = 0.0
        for v in 0..<vertical.size {
            for h in 0..<horizontal.size {
                let row = y + vertical.padding - v * vertical.dilation,
                    column = x + horizontal.padding - h * horizontal.dilation
                guard row >= 0, row % vertical.stride == 0, row / vertical.stride < vertical.output,
                    column >= 0, column % horizontal.stride == 0, column / horizontal.stride < horizontal.output
                else { continue }
                let pixel =
                    (image * vertical.output + row / vertical.stride) * horizontal.output + column / horizontal.stride
                let tap = (v * horizontal.size + h) * shape.inputChannels + filter
                for c in 0..<channels {
                    sum += Double(input[pixel * channels + c]) * Double(weights[tap * channels + c])
                }
            }
        }
        return sum
    }
}
