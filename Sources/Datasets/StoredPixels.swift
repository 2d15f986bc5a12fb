/// The pixels of a source of images as they are stored, and what is said of them there.
struct StoredPixels: Sendable {
    /// For messages.
    let path: String
    let isOfBytes: Bool
    /// The range that the file states; nil where it does not, or its pixels are bytes.
    let statedRange: PixelRange?
    /// The range of the first images, and how many these are; nil for bytes.
    let seen: (range: PixelRange, images: Int)?
    /// What the file says is to be done to them.
    let stated: Preprocessing?
    /// What is usually done to data of the kind; neutral where nothing is.
    let usual: Preprocessing
    let channels: Int
    /// Whether an image has height, width and channels, and is no list of numbers.
    let isPicture: Bool

    /// `usual`: what is done where neither the user, the model nor the file says anything; nil: what is usual for the
    /// kind of data.
    init(_ source: any ImageSource, usual: Preprocessing? = nil) throws {
        path = source.path
        isOfBytes = source.isOfBytes
        statedRange = source.statedRange
        seen = isOfBytes ? nil : try Self.look(at: source)
        (stated, self.usual) = (source.statedPreprocessing, usual ?? source.preprocessing)
        channels = source.imageShape.last ?? 1
        isPicture = source.imageShape.count == 3
    }

    /// Bytes that no file holds.
    init(bytesOf path: String, channels: Int) {
        (self.path, self.channels, isOfBytes, isPicture) = (path, channels, true, true)
        (statedRange, seen, stated, usual) = (nil, nil, nil, Preprocessing())
    }

    /// Whether the pixels are from 0 to 255: what models note of their training is about such.
    var isOfByteRange: Bool { isOfBytes || statedRange == .bytes }

    /// What lies between these ends; nil for numbers none of which is finite.
    var range: PixelRange? { isOfBytes ? .bytes : statedRange.map { $0.union(seen?.range ?? $0) } ?? seen?.range }

    /// The first images, as many as a few MiB hold.
    private static func look(at source: any ImageSource) throws -> (range: PixelRange, images: Int)? {
        let elements = source.imageShape.reduce(1, *),
            count = min(source.count, 256, max(1, (1 << 22) / max(1, elements)))
        guard case let .numbers(numbers) = try source.read(0..<count) else { return nil }
        return PixelRange(of: numbers).map { ($0, count) }
    }
}
