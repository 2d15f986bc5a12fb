import Datasets
import Tensors

extension ChannelSums {
    package func write(to part: PartWriter) throws {
        try part.write("inputs/positions", positions)
        try part.write("inputs/sums", sums.values)
    }

    /// Puts what a part says in the place of nothing yet. Throws `PartError.invalid`.
    package mutating func read(_ part: PartReader) throws {
        let blocks = part.header.blocks
        positions = try part.counts("inputs/positions", count: positions.count)
        let values: [Double] = try part.read(
            "inputs/sums", count: BlockSums.nodes(of: blocks).count * sums.width)
        sums = BlockSums(width: sums.width, blocks: blocks, values: values)
    }
}
