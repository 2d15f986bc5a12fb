@testable import Kernels

/// A convolution and its gradients as the definition has them, in Float64.
struct Float64Convolution {
    let shape: ConvolutionShape
    var inputCount: Int { shape.images * shape.inputImage }
    var outputCount: Int { shape.outputPixels * shape.outputChannels }

    struct Results {
        var output: [Double], input: [Double], weights: [Double]
    }

    /// The output, and the gradients with respect to input and weights.
    func callAsFunction(_ input: [Float], _ weights: [Float], _ gradient: [Float]) -> Results {
        var results = Results(
            output: .init(repeating: 0, count: outputCount), input: .init(repeating: 0, count: inputCount),
            weights: .init(repeating: 0, count: shape.weightCount))
        input.withUnsafeBufferPointer { x in
            weights.withUnsafeBufferPointer { w in
                gradient.withUnsafeBufferPointer { g in
                    results.output.withUnsafeMutableBufferPointer { y in
                        results.input.withUnsafeMutableBufferPointer { dx in
                            results.weights.withUnsafeMutableBufferPointer { dw in
                                forEachMeeting { i, k, o in
                                    // One filter of one tap and pixel: its inputs lie side by side, its weights a row
                                    // of outputs apart.
                                    var c = 0
                                    while c < shape.groupInputs {
                                        let weight = k &+ c &* shape.outputChannels
                                        y[o] += Double(x[i &+ c]) * Double(w[weight])
                                        dx[i &+ c] += Double(g[o]) * Double(w[weight])
                                        dw[weight] += Double(g[o]) * Double(x[i &+ c])
                                        c &+= 1
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
        return results
    }

    /// Calls `body` with the first input and weight of each output and tap that meet.
    private func forEachMeeting(_ body: (_ input: Int, _ weight: Int, _ output: Int) -> Void) {
        let vertical = shape.vertical, horizontal = shape.horizontal
        for image in 0..<shape.images {
            for y in 0..<vertical.output {
                for x in 0..<horizontal.output {
                    let pixel = (image * vertical.output + y) * horizontal.output + x
                    for v in 0..<vertical.size {
                        for h in 0..<horizontal.size {
                            let row = y * vertical.stride - vertical.padding + v * vertical.dilation,
                                column = x * horizontal.stride - horizontal.padding + h * horizontal.dilation
                            guard row >= 0, row < vertical.input, column >= 0, column < horizontal.input else {
                                continue
                            }
                            let source = (image * vertical.input + row) * horizontal.input + column,
                                tap = v * horizontal.size + h
                            for filter in 0..<shape.outputChannels {
                                body(
                                    source * shape.inputChannels + filter / shape.groupOutputs * shape.groupInputs,
                                    tap * shape.groupInputs * shape.outputChannels + filter,
                                    pixel * shape.outputChannels + filter)
                            }
                        }
                    }
                }
            }
        }
    }
}
