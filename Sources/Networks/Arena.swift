/// Where each buffer of a plan lies in one block of memory: buffers that are never alive together share it.
package struct Arena: Sendable {
    /// In floats, one per buffer; every offset is a multiple of 16, a cache line.
    package let offsets: [Int]
    package let count: Int

    /// Largest first, each at the lowest place that no buffer alive at the same time takes.
    package init(_ buffers: [Buffer]) {
        var offsets = [Int](repeating: 0, count: buffers.count),
            placed: [(place: Range<Int>, life: ClosedRange<Int>)] = []
        for id in buffers.indices.sorted(by: { (buffers[$1].count, $0) < (buffers[$0].count, $1) }) {
            let buffer = buffers[id], size = (max(1, buffer.count) + 15) / 16 * 16
            var offset = 0
            for other in placed {
                // They stand in the order of their places: what comes behind is out of the way too.
                if other.place.lowerBound >= offset + size { break }
                if other.life.overlaps(buffer.life), other.place.upperBound > offset { offset = other.place.upperBound }
            }
            offsets[id] = offset
            let index = placed.firstIndex { $0.place.lowerBound > offset } ?? placed.count
            placed.insert((offset..<offset + size, buffer.life), at: index)
        }
        self.offsets = offsets
        count = placed.map(\.place.upperBound).max() ?? 0
    }
}

/// Memory for one tensor, whole batch.
package struct Buffer {
    /// In floats.
    package let count: Int
    /// From the step that first writes it to the one that last reads it.
    package var life: ClosedRange<Int>

    package init(count: Int, life: ClosedRange<Int>) {
        (self.count, self.life) = (count, life)
    }
}
