/// One picture: rows of pixels of red, green and blue bytes, or of other channels.
struct ByteImage: Equatable {
    let height: Int
    let width: Int
    let channels: Int
    /// Height × width × channels.
    let bytes: [UInt8]

    init(height: Int, width: Int, channels: Int, bytes: [UInt8]) {
        precondition(
            bytes.count == height * width * channels, "\(bytes.count) bytes are no \(height)×\(width)×\(channels) image"
        )
        (self.height, self.width, self.channels, self.bytes) = (height, width, channels, bytes)
    }

    var shape: [Int] { [height, width, channels] }

    /// The square of `side` in the middle; where it cannot be exactly there, half a pixel towards the first pixel.
    func croppedToCentre(_ side: Int) -> ByteImage {
        precondition(side > 0 && side <= min(height, width), "no square of \(side) in \(height)×\(width)")
        let top = (height - side) / 2, left = (width - side) / 2
        var square: [UInt8] = []
        square.reserveCapacity(side * side * channels)
        for row in top..<(top + side) {
            let start = (row * width + left) * channels
            square += bytes[start..<(start + side * channels)]
        }
        return ByteImage(height: side, width: side, channels: channels, bytes: square)
    }
}
