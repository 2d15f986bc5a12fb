import Tensors

/// Pixels as a file holds them.
enum Pixels: Sendable {
    case bytes([UInt8])
    case numbers([Double])
}

/// What `Preprocessing` makes of every byte, in every channel that it treats on its own.
struct PixelTable: Sendable {
    /// Channels as they are fed × 256; one channel where all are treated alike.
    let values: [Float]
    let channels: Int
    let isFinite: Bool

    init(_ preprocessing: Preprocessing) {
        channels = preprocessing.period
        values = (0..<channels).flatMap { channel in
            (0..<256).map { preprocessing.value(of: Double($0), channel: channel) }
        }
        isFinite = values.allSatisfy(\.isFinite)
    }
}

extension Preprocessing {
    /// Writes the treated `pixels`, channels last and as many as `values`, computed in 64 bits and stored in 32.
    ///
    /// Returns the first position whose value is not finite, nil where all are.
    func apply(_ pixels: Pixels, to values: inout MutableSpan<Float>) -> Int? {
        var channel = 0, firstBad: Int?
        let channels = period
        func store(_ value: Float, _ position: Int) {
            if !value.isFinite, firstBad == nil { firstBad = position }
            values[position] = value
            channel = channel + 1 == channels ? 0 : channel + 1
        }
        // Where the same position is stored of the channel that is fed there.
        func stored(_ position: Int) -> Int { position + storedChannel(channel) - channel }
        switch pixels {
        case let .bytes(bytes):
            let table = PixelTable(self)
            for position in bytes.indices { store(table.values[channel << 8 | Int(bytes[stored(position)])], position) }
        case let .numbers(numbers):
            for position in numbers.indices { store(value(of: numbers[stored(position)], channel: channel), position) }
        }
        return firstBad
    }
}
