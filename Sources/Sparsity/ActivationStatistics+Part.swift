import Datasets
import Graphs
import Tensors

extension ActivationStatistics {
    /// Writes all of it, as the images of a shard have made it.
    package func write(to part: PartWriter) throws {
        for index in watched {
            let name = "banks/\(index)", filters = doubtful[index].keys.sorted()
            try records[index].write(to: part, name)
            try part.write("\(name)/awake", isAwake[index].map { UInt8($0 ? 1 : 0) })
            try part.write("\(name)/doubtful", filters)
            for filter in filters { try doubtful[index][filter]?.write(to: part, "\(name)/exact/\(filter)") }
        }
        for (index, zeros) in sumZeros.enumerated() { try zeros.write(to: part, "sums/\(index)") }
    }

    /// What a part says of a graph's filters. Throws `PartError.invalid`, `HDF5Error` where it does not fit the graph.
    package init(_ part: PartReader, graph: Graph) throws {
        let header = part.header
        self = .none(of: graph, from: header.blocks.lowerBound, images: header.images)
        let countsPeaks = !isUniversalityExact
        for index in watched {
            let name = "banks/\(index)", count = banks[index].filters
            records[index] = try FilterRecord(part, name, filters: count, countsPeaks: countsPeaks)
            let awake: [UInt8] = try part.read("\(name)/awake", count: count)
            isAwake[index] = awake.map { $0 != 0 }
            let filters: [Int] = try part.read("\(name)/doubtful", most: count)
            for filter in filters {
                guard banks[index].filters > filter, filter >= 0, doubtful[index][filter] == nil,
                    !isAwake[index][filter]
                else { throw part.invalid("\(name)/doubtful") }
                doubtful[index][filter] = try FilterRecord(
                    part, "\(name)/exact/\(filter)", filters: 1, countsPeaks: countsPeaks)
            }
        }
        for index in sumZeros.indices {
            sumZeros[index] = try ZeroCounts(part, "sums/\(index)", channels: sums[index].channels)
        }
        images = header.range.count
    }
}
