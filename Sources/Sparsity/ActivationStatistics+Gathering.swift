import Datasets
import Graphs
import Networks

extension ActivationStatistics {
    /// What the filters of a graph do over a corpus, read in batches of `batch` images.
    ///
    /// `corpus` must be arranged for the graph's only input. `progress` hears how many images are done. Layers behind an
    /// opaque one keep the whole graph from being run: `NetworkError.opaque`.
    package static func gathered(
        _ graph: Graph, over corpus: Corpus, batch size: Int, limit: Int? = nil, options: NetworkOptions = NetworkOptions(),
        progress: (Int) -> Void = { _ in }
    ) throws -> ActivationStatistics {
        var statistics = ActivationStatistics(FilterBank.all(in: graph))
        let network = try Network(graph, taps: statistics.banks.map(\.activation), options: options)
        var batches = corpus.batches(of: size, limit: limit)
        while let batch = try batches.next() {
            statistics.add(Array(try network.run([batch.images]).dropFirst(graph.outputs.count)))
            progress(batch.range.upperBound)
        }
        return statistics
    }
}
