import Tensors
import Testing

@Suite struct SumsOverBlocks {
    private func sums(_ blocks: Range<Int>, of values: [[Double]]) -> BlockSums {
        var result = BlockSums(width: 2, from: blocks.lowerBound)
        for block in blocks { result.append(values[block]) }
        return result
    }

    /// The tree by its definition: halves at powers of two.
    private func tree(_ values: ArraySlice<[Double]>) -> [Double] {
        if values.count == 1 { return values.first ?? [] }
        var half = 1
        while 2 * half < values.count { half *= 2 }
        let split = values.startIndex + half
        return zip(tree(values[..<split]), tree(values[split...])).map { $0 + $1 }
    }

    @Test("Blocks are added up in a tree of halves, whoever adds up which", arguments: 1...40)
    func anyCut(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let count = Int.random(in: 1...70, using: &generator)
        let values = (0..<count).map { _ in (0..<2).map { _ in Double(generator.normal()) * 1e3 } }
        let whole = sums(0..<count, of: values)
        #expect(whole.total == tree(values[...]), "\(count) blocks, seed \(seed)")
        var cuts = (0..<Int.random(in: 0...6, using: &generator)).map { _ in
            Int.random(in: 0...count, using: &generator)
        }
        cuts = [0] + cuts.sorted() + [count]
        var merged = BlockSums(width: 2)
        for (start, end) in zip(cuts, cuts.dropFirst()) {
            let part = sums(start..<end, of: values)
            #expect(BlockSums(width: 2, blocks: start..<end, values: part.values) == part)
            merged.append(contentsOf: part)
        }
        #expect(merged == whole, "\(count) blocks cut at \(cuts), seed \(seed)")
        #expect(merged.total == whole.total)
    }

    @Test("One after the other the same numbers sum up to other bits")
    func order() {
        let values = (0..<8).map { [$0 == 0 ? 1 : 1e-16, 0.0] }
        #expect(sums(0..<8, of: values).total[0] != values.reduce(0) { $0 + $1[0] })
    }

    @Test("No blocks sum up to 0, and add nothing")
    func none() {
        var empty = BlockSums(width: 1, from: 3)
        #expect(empty.total == [0] && empty.values.isEmpty && BlockSums.nodes(of: 3..<3).isEmpty)
        empty.append([2])
        empty.append(contentsOf: BlockSums(width: 1, from: 4))
        #expect(empty.total == [2])
    }

    @Test("Places are taken out and put back")
    func places() {
        var all = sums(0..<3, of: [[1, 2], [3, 4], [5, 6]])
        #expect(all[[1]].total == [12])
        all.replace([0], with: all[[1]])
        #expect(all.total == [12, 12])
    }
}
