/// The fixed blocks of a corpus by which sums are taken and shards are cut: block k holds images 64 · k … 64 · k + 63,
/// the last one perhaps fewer.
package enum ImageBlocks {
    package static let size = 64

    package static func count(ofImages images: Int) -> Int { (images + size - 1) / size }

    /// The images of some blocks, of so many images in all.
    package static func images(of blocks: Range<Int>, count: Int) -> Range<Int> {
        min(count, blocks.lowerBound * size)..<min(count, blocks.upperBound * size)
    }

    /// Whether the block of an image ends with it, in a corpus of whole blocks.
    package static func isLast(_ image: Int) -> Bool { image % size == size - 1 }
}
