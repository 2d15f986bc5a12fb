@testable import Kernels

/// A convolution and its gradients as the definition has them, in Float64.
struct Float64Convolution {
    let shape: ConvolutionShape
    var inputCount: Int { shape.images * shape.inputImage }
    var outputCount: Int { shape.outputPixels * shape.outputChannels }

    /// Calls `body` with the indices of each input, weight and output that meet in a product.
    private func forEachProduct(_ body: (_ input: Int, _ weight: Int, _ output: Int) -> Void) {
        let vertical = shape.vertical, horizontal = shape.horizontal, inputs = shape.groupInputs, outputs = shape.groupOutputs
        for image in 0..<shape.images { for y in 0..<vertical.output { for x in 0..<horizontal.output {
            let pixel = (image * vertical.output + y) * horizontal.output + x
            for v in 0..<vertical.size { for h in 0..<horizontal.size {
                let row = y * vertical.stride - vertical.padding + v * vertical.dilation, column = x * horizontal.stride - horizontal.padding + h * horizontal.dilation
                guard (0..<vertical.input).contains(row), (0..<horizontal.input).contains(column) else { continue }
                let source = (image * vertical.input + row) * horizontal.input + column, tap = v * horizontal.size + h
                for filter in 0..<shape.outputChannels { for c in 0..<inputs {
                    body(source * shape.inputChannels + filter / outputs * inputs + c, (tap * inputs + c) * shape.outputChannels + filter, pixel * shape.outputChannels + filter)
                } }
            } }
        } } }
    }

    func forward(_ input: [Float], _ weights: [Float]) -> [Double] {
        var result = [Double](repeating: 0, count: outputCount)
        forEachProduct { i, w, o in result[o] += Double(input[i]) * Double(weights[w]) }
        return result
    }

    func inputGradient(_ weights: [Float], _ outputGradient: [Float]) -> [Double] {
        var result = [Double](repeating: 0, count: inputCount)
        forEachProduct { i, w, o in result[i] += Double(outputGradient[o]) * Double(weights[w]) }
        return result
    }

    func weightGradient(_ input: [Float], _ outputGradient: [Float]) -> [Double] {
        var result = [Double](repeating: 0, count: shape.weightCount)
        forEachProduct { i, w, o in result[w] += Double(outputGradient[o]) * Double(input[i]) }
        return result
    }
}
