import Datasets
import Sparsity
import Surgery

extension CorpusObservation {
    /// Writes it as the part of a run over a whole corpus.
    package func write(to part: PartWriter) throws {
        try statistics.write(to: part)
        try part.write("hashes", hashes)
        try sums?.write(to: part)
    }
}

extension GraphCompression {
    /// What all parts of a run together observed. Throws `PartError`, `HDF5Error` where one does not fit the graph.
    package func observation(of parts: PartSet) throws -> CorpusObservation? {
        var whole: CorpusObservation?
        for part in parts.parts {
            let next = try observation(of: part)
            whole == nil ? whole = next : whole?.append(next)
        }
        return whole
    }

    private func observation(of part: PartReader) throws -> CorpusObservation {
        let places = approximatePlaces, header = part.header
        var result = CorpusObservation(statistics: try ActivationStatistics(part, graph: graph))
        result.hashes = try part.read("hashes", count: places.isEmpty ? 0 : header.range.count)
        if readsInputs(places, result.statistics) {
            result.sums = places.inputSums(from: header.blocks.lowerBound)
            try result.sums?.read(part)
        }
        return result
    }
}
