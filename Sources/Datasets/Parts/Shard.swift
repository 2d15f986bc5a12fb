import Tensors

/// One of the equal parts into which a corpus is cut, each of whole blocks: the third of 64.
package struct Shard: Sendable, Hashable {
    /// From 1 to `count`.
    package let number: Int
    package let count: Int

    /// `3/64`; nil for other texts, and numbers that no shard has.
    package init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let number = Int(parts[0]), let count = Int(parts[1]) else { return nil }
        self.init(number, of: count)
    }

    package init?(_ number: Int, of count: Int) {
        guard number >= 1, number <= count, count <= Self.most else { return nil }
        (self.number, self.count) = (number, count)
    }

    package static let most = 1 << 20

    package var text: String { "\(number)/\(count)" }

    /// Its blocks of a corpus of so many images; none where there are fewer blocks than shards.
    package func blocks(ofImages images: Int) -> Range<Int> {
        let blocks = ImageBlocks.count(ofImages: images)
        func start(_ number: Int) -> Int { blocks / count * number + blocks % count * number / count }
        return start(number - 1)..<start(number)
    }

    package func images(of count: Int) -> Range<Int> {
        ImageBlocks.images(of: blocks(ofImages: count), count: count)
    }
}
