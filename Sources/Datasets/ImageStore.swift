import Tensors

/// Images in any order: in memory as they are stored, or read when they are asked for.
struct ImageStore: Sendable {
    enum Contents: Sendable {
        case bytes([UInt8])
        case numbers([Float])
        case source(any ImageSource)
    }

    let contents: Contents
    /// Height, width, channels.
    let shape: [Int]
    let preprocessing: Preprocessing
    let table: PixelTable

    var isInMemory: Bool { if case .source = contents { false } else { true } }

    /// The most bytes of memory that images are held in.
    private static let largestMemory = 1 << 31

    /// The first `count` images of `source`, of three axes `shape`, read into memory where they fit.
    init(_ source: any ImageSource, count: Int, shape: [Int], preprocessing: Preprocessing) throws {
        (self.shape, self.preprocessing, table) = (shape, preprocessing, PixelTable(preprocessing))
        let length = shape.reduce(1, *), total = length.timesClamped(count)
        guard !(source is Pictures), total <= Self.largestMemory / (source.isOfBytes ? 1 : MemoryLayout<Float>.size)
        else {
            contents = .source(source)
            return
        }
        var bytes: [UInt8] = [], numbers: [Float] = []
        let step = max(1, (1 << 22) / length)
        for first in stride(from: 0, to: count, by: step) {
            switch try source.read(first..<min(count, first + step)) {
            case let .bytes(piece):
                bytes.reserveCapacity(total)
                bytes += piece
            case let .numbers(piece):
                numbers.reserveCapacity(total)
                numbers += piece.lazy.map { Float($0) }
            }
        }
        contents = numbers.isEmpty ? .bytes(bytes) : .numbers(numbers)
    }
}
