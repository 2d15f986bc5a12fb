extension ByteImage {
    /// The picture in another size, each axis on its own, by a triangle filter that is as wide as it must be to take
    /// every source pixel into account when the picture shrinks: bilinear interpolation where it grows.
    ///
    /// Source: Heckbert's separable resampling; pixel centres lie at halves, edges are cut off and weights
    /// renormalized.
    func resized(height newHeight: Int, width newWidth: Int) -> ByteImage {
        precondition(newHeight > 0 && newWidth > 0, "a picture has pixels")
        if newHeight == height && newWidth == width { return self }
        let columns = Taps.list(from: width, to: newWidth), rows = Taps.list(from: height, to: newHeight)
        let newRow = newWidth * channels
        var result: [UInt8] = [], sums = [Float](repeating: 0, count: newRow)
        result.reserveCapacity(newHeight * newRow)
        // Horizontally first, then vertically; of the source's rows only those are held that the next row is made of.
        var narrow: [Float] = [], held = 0..<0
        for taps in rows {
            let wanted = taps.first..<taps.first + taps.weights.count
            narrow.removeFirst((min(wanted.lowerBound, held.upperBound) - held.lowerBound) * newRow)
            for y in max(held.upperBound, wanted.lowerBound)..<wanted.upperBound {
                for taps in columns {
                    for channel in 0..<channels {
                        var sum: Float = 0, position = (y * width + taps.first) * channels + channel
                        for weight in taps.weights {
                            sum += weight * Float(bytes[position])
                            position += channels
                        }
                        narrow.append(sum)
                    }
                }
            }
            held = wanted
            for x in 0..<newRow { sums[x] = 0.5 }
            for (offset, weight) in taps.weights.enumerated() {
                for x in 0..<newRow { sums[x] += weight * narrow[offset * newRow + x] }
            }
            for sum in sums { result.append(UInt8(max(0, min(255, sum)))) }
        }
        return ByteImage(height: newHeight, width: newWidth, channels: channels, bytes: result)
    }
}

/// The source pixels, from `first` on, that make one pixel of a resized axis, with weights whose sum is 1.
private struct Taps {
    let first: Int
    let weights: [Float]

    static func list(from length: Int, to newLength: Int) -> [Taps] {
        let ratio = Double(length) / Double(newLength), reach = max(1, ratio)
        return (0..<newLength).map { pixel in
            let centre = (Double(pixel) + 0.5) * ratio
            let first = max(0, Int(centre - reach + 0.5)), end = min(length, Int(centre + reach + 0.5))
            let weights = (first..<end).map { max(0, 1 - abs(Double($0) + 0.5 - centre) / reach) },
                sum = weights.reduce(0, +)
            return Taps(first: first, weights: weights.map { Float($0 / sum) })
        }
    }
}
