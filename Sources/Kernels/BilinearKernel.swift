/// Bilinear magnification of channels-last images by whole factors; a unit is an output row.
///
/// Half-pixel centers: output o samples input (o + ½) / factor − ½, positions beyond the border taken at the border.
package struct BilinearKernel: Kernel {
    package let name = "bilinear upsampling"
    private let height: Int
    private let width: Int
    private let channels: Int
    private let factors: (vertical: Int, horizontal: Int)
    package let units: Int

    /// Sizes of the input.
    package init(images: Int, height: Int, width: Int, channels: Int, factors: (vertical: Int, horizontal: Int)) {
        (self.height, self.width, self.channels, self.factors) = (height, width, channels, factors)
        units = images * height * factors.vertical
    }

    package func run(_ operands: Operands, units: Range<Int>) {
        for row in units {
            let (image, y) = row.quotientAndRemainder(dividingBy: height * factors.vertical)
            let vertical = Sample(at: y, factor: factors.vertical, length: height)
            let source = operands.input + image * height * width * channels
            let upper = source + vertical.first * width * channels, lower = source + vertical.second * width * channels
            for x in 0..<width * factors.horizontal {
                let horizontal = Sample(at: x, factor: factors.horizontal, length: width)
                let left = horizontal.first * channels, right = horizontal.second * channels
                let pixel = operands.output + (row * width * factors.horizontal + x) * channels
                for c in 0..<channels {
                    let top = upper[left + c] + (upper[right + c] - upper[left + c]) * horizontal.weight
                    let bottom = lower[left + c] + (lower[right + c] - lower[left + c]) * horizontal.weight
                    pixel[c] = top + (bottom - top) * vertical.weight
                }
            }
        }
    }

    /// The two neighbours of a position and the weight of the second.
    private struct Sample {
        let first: Int
        let second: Int
        let weight: Float

        init(at position: Int, factor: Int, length: Int) {
            let exact = (Float(position) + 0.5) / Float(factor) - 0.5, floor = exact.rounded(.down)
            first = max(0, Int(floor))
            second = min(length - 1, Int(floor) + 1)
            weight = exact - floor
        }
    }
}
