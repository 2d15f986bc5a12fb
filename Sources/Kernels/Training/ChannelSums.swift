/// The sum of each channel over all rows, such as a bias's gradient.
package enum ChannelSums {
    private static func blocks(_ rows: Int, _ channels: Int) -> Blocks {
        Blocks(rows, of: max(16, (1 << 14) / max(1, channels)))
    }
    /// A block's sums are written in whole vectors.
    private static func width(_ channels: Int) -> Int { (channels + 15) / 16 * 16 }

    package static func workspaceCount(rows: Int, channels: Int) -> Int {
        blocks(rows, channels).number * width(channels)
    }

    /// Rows × channels numbers into `channels` sums: first of each block of rows, then of the blocks, in their order.
    package static func sum(
        _ x: UnsafePointer<Float>, rows: Int, channels: Int, into sums: UnsafeMutablePointer<Float>,
        workspace: UnsafeMutablePointer<Float>, on pool: WorkerPool
    ) {
        let set = InstructionSet.current
        gather(channels, rows: rows, workspace: workspace, on: pool) { block, partial in
            set.microkernels.sum(
                x + block.lowerBound * channels, count: block.count, channels: channels, into: partial)
        } result: {
            sums[$0] = $1
        }
    }

    /// Sums over all rows of what `add` adds to `channels` numbers for a block of rows; `result` is given each.
    static func gather(
        _ channels: Int, rows: Int, workspace: UnsafeMutablePointer<Float>, on pool: WorkerPool,
        add: (_ rows: Range<Int>, _ partial: UnsafeMutablePointer<Float>) -> Void,
        result: (_ channel: Int, _ sum: Float) -> Void
    ) {
        let blocks = blocks(rows, channels), width = width(channels)
        pool.run(parts: blocks.number) { block, _ in
            let partial = workspace + block * width
            partial.update(repeating: 0, count: width)
            add(blocks[block], partial)
        }
        for channel in 0..<channels {
            var sum = 0.0
            for block in 0..<blocks.number { sum += Double(workspace[block * width + channel]) }
            result(channel, Float(sum))
        }
    }
}
