/// The gradient of max or average pooling with respect to its input. Global pooling is a window as large as the image.
///
/// The gradient of a maximum goes to the first of the window's largest inputs, line by line; that of an average is shared
/// by the inputs inside the image.
package struct PoolingGradient: Sendable {
    private let reduction: PoolingKernel.Reduction
    private let images: Int
    private let vertical: SlidingAxis
    private let horizontal: SlidingAxis
    private let channels: Int

    package init(_ reduction: PoolingKernel.Reduction, images: Int, vertical: SlidingAxis, horizontal: SlidingAxis, channels: Int) {
        self.reduction = reduction
        self.images = images
        self.vertical = vertical
        self.horizontal = horizontal
        self.channels = channels
    }

    /// `input` and `output` of the pooling are read for maxima only.
    package func run(
        input: UnsafePointer<Float>, output: UnsafePointer<Float>, outputGradient: UnsafePointer<Float>,
        into inputGradient: UnsafeMutablePointer<Float>, on pool: WorkerPool
    ) {
        let size = vertical.input * horizontal.input * channels, result = vertical.output * horizontal.output * channels
        pool.run(parts: images) { image, _ in
            let target = inputGradient + image * size
            target.update(repeating: 0, count: size)
            for y in 0..<vertical.output {
                for x in 0..<horizontal.output {
                    let pixel = image * result + (y * horizontal.output + x) * channels
                    switch reduction {
                    case .max: spread(input + image * size, output + pixel, outputGradient + pixel, y, x, target)
                    case .average: share(outputGradient + pixel, y, x, target)
                    }
                }
            }
        }
    }

    private func offset(_ y: Int, _ x: Int, _ v: Int, _ h: Int) -> Int {
        ((vertical.start(at: y) + v * vertical.dilation) * horizontal.input + horizontal.start(at: x) + h * horizontal.dilation) * channels
    }

    private func spread(
        _ input: UnsafePointer<Float>, _ largest: UnsafePointer<Float>, _ gradient: UnsafePointer<Float>, _ y: Int, _ x: Int, _ target: UnsafeMutablePointer<Float>
    ) {
        for c in 0..<channels {
            search: for v in vertical.taps(at: y) {
                for h in horizontal.taps(at: x) {
                    let place = offset(y, x, v, h) + c
                    if input[place] == largest[c] {
                        target[place] += gradient[c]
                        break search
                    }
                }
            }
        }
    }

    private func share(_ gradient: UnsafePointer<Float>, _ y: Int, _ x: Int, _ target: UnsafeMutablePointer<Float>) {
        let lines = vertical.taps(at: y), columns = horizontal.taps(at: x), share = 1 / Float(lines.count * columns.count)
        for v in lines {
            for h in columns {
                let pixel = target + offset(y, x, v, h)
                for c in 0..<channels { pixel[c] += gradient[c] * share }
            }
        }
    }
}
