/// Sums of numbers over the blocks of a corpus, added up in a fixed tree: the same bits whoever added up which blocks.
///
/// Block k is leaf k of a binary tree. The node at (level, index) stands for the blocks index · 2^level up to
/// (index + 1) · 2^level, and is the sum of its two halves. Of consecutive blocks the largest complete subtrees are
/// held, like the digits of a binary counter: no more than two for each level.
package struct BlockSums: Sendable, Equatable {
    /// A complete subtree.
    package struct Node: Sendable, Equatable {
        package let level: Int
        package let index: Int
    }

    /// How many numbers are summed beside one another.
    package let width: Int
    private var nodes: [(node: Node, sums: [Double])] = []
    /// The first block that is not counted yet.
    private var next: Int

    /// Nothing yet, of blocks from `block` on.
    package init(width: Int, from block: Int = 0) { (self.width, next) = (width, block) }

    /// Adds the sums of the next block.
    package mutating func append(_ sums: [Double]) {
        append(sums, Node(level: 0, index: next))
        next += 1
    }

    /// Adds the sums of the blocks that follow these.
    package mutating func append(contentsOf other: BlockSums) {
        precondition(other.width == width, "\(other.width) sums, not \(width)")
        for (node, sums) in other.nodes { append(sums, node) }
        next = max(next, other.next)
    }

    private mutating func append(_ sums: [Double], _ node: Node) {
        precondition(sums.count == width, "\(sums.count) sums, not \(width)")
        var (sums, node) = (sums, node)
        while let last = nodes.last, last.node.level == node.level, last.node.index + 1 == node.index,
            node.index % 2 == 1
        {
            nodes.removeLast()
            sums = Self.sum(last.sums, sums)
            node = Node(level: node.level + 1, index: node.index / 2)
        }
        nodes.append((node, sums))
    }

    /// All of it: what the smallest subtree sums up to, added to what comes before it, and so on.
    package var total: [Double] {
        guard let last = nodes.last else { return Array(repeating: 0, count: width) }
        return nodes.dropLast().reversed().reduce(last.sums) { Self.sum($1.sums, $0) }
    }

    private static func sum(_ a: [Double], _ b: [Double]) -> [Double] { zip(a, b).map { $0 + $1 } }

    /// The numbers at some places.
    package subscript(places: [Int]) -> BlockSums {
        var result = BlockSums(width: places.count, from: next)
        result.nodes = nodes.map { node, sums in (node, places.map { sums[$0] }) }
        return result
    }

    /// Puts the sums of `other`, of the same blocks, in some places.
    package mutating func replace(_ places: [Int], with other: BlockSums) {
        for index in nodes.indices {
            for (place, sum) in zip(places, other.nodes[index].sums) { nodes[index].sums[place] = sum }
        }
    }

    package static func == (a: BlockSums, b: BlockSums) -> Bool {
        a.width == b.width && a.next == b.next && a.nodes.map(\.node) == b.nodes.map(\.node)
            && a.nodes.map(\.sums) == b.nodes.map(\.sums)
    }
}

extension BlockSums {
    /// The subtrees that are held of these blocks.
    package static func nodes(of blocks: Range<Int>) -> [Node] {
        var nodes: [Node] = [], block = blocks.lowerBound
        while block < blocks.upperBound {
            var level = 0
            while block & (1 << level) == 0, 2 << level <= blocks.upperBound - block { level += 1 }
            nodes.append(Node(level: level, index: block >> level))
            block += 1 << level
        }
        return nodes
    }

    /// The sums of the subtrees, one after the other.
    package var values: [Double] { nodes.flatMap(\.sums) }

    /// Sums over these blocks whose `values` are given.
    package init(width: Int, blocks: Range<Int>, values: [Double]) {
        self.init(width: width, from: blocks.upperBound)
        let places = Self.nodes(of: blocks)
        precondition(values.count == places.count * width, "\(values.count) sums of \(places.count) subtrees")
        nodes = places.enumerated().map { ($1, Array(values[($0 * width)..<(($0 + 1) * width)])) }
    }
}
