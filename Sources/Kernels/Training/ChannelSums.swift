/// The sum of each channel over all rows, such as a bias's gradient.
package enum ChannelSums {
    private static func blocks(_ rows: Int, _ channels: Int) -> Blocks { Blocks(rows, of: max(16, (1 << 14) / max(1, channels))) }
    /// A block's sums are written in whole vectors.
    private static func width(_ channels: Int) -> Int { (channels + 15) / 16 * 16 }

    package static func workspaceCount(rows: Int, channels: Int) -> Int { blocks(rows, channels).number * width(channels) }

    /// Rows × channels numbers into `channels` sums: first of each block of rows, then of the blocks, in their order.
    package static func sum(
        _ x: UnsafePointer<Float>, rows: Int, channels: Int, into sums: UnsafeMutablePointer<Float>,
        workspace: UnsafeMutablePointer<Float>, on pool: WorkerPool
    ) {
        let blocks = blocks(rows, channels), width = width(channels), set = InstructionSet.current
        pool.run(parts: blocks.number) { block, _ in
            let partial = workspace + block * width
            partial.update(repeating: 0, count: width)
            set.sum(x + blocks[block].lowerBound * channels, blocks[block].count, channels, partial)
        }
        for channel in 0..<channels {
            var sum = 0.0
            for block in 0..<blocks.number { sum += Double(workspace[block * width + channel]) }
            sums[channel] = Float(sum)
        }
    }
}
