import Datasets
import Networks
import Tensors

extension Evaluation {
    /// Writes it as the part of that of a whole corpus.
    package func write(to part: PartWriter) throws {
        try part.write("evaluation/counts", counts)
        try part.write("evaluation/losses", lossSums)
    }

    /// What all parts of a run together make. Throws `PartError`, `HDF5Error`.
    package static func of(_ parts: PartSet) throws -> Evaluation {
        var whole: Evaluation?
        for part in parts.parts {
            let blocks = part.header.blocks, counts = try part.counts("evaluation/counts", count: 4)
            guard counts[0] == part.header.range.count, counts.dropFirst().allSatisfy({ $0 <= counts[0] }) else {
                throw part.invalid("evaluation/counts")
            }
            let losses: [Double] = try part.read("evaluation/losses", count: BlockSums.nodes(of: blocks).count)
            let next = Evaluation(blocks: blocks, counts: counts, lossSums: losses)
            whole == nil ? whole = next : whole?.append(next)
        }
        return whole ?? Evaluation()
    }
}
