import Datasets
import Graphs
import Networks

extension ActivationStatistics {
    /// What the filters of a graph do over a corpus, read in batches of `batch` images, as far as the graph can be run:
    /// filters behind a layer that cannot be evaluated are not watched.
    ///
    /// `corpus` must be arranged for the graph's inputs. `progress` hears how many images are done.
    package static func gathered(
        _ graph: Graph, over corpus: ModelCorpus, batch size: Int, options: NetworkOptions = NetworkOptions(),
        progress: (Int) -> Void = { _ in }
    ) throws -> ActivationStatistics {
        let banks = FilterBank.all(in: graph), part = RunnablePart(graph)
        let watched = banks.indices.filter { part.isComputable[banks[$0].activation] }
        let sums = SharedActivation.all(in: graph, besides: banks).filter { part.isComputable[$0.tensor] }
        var statistics = ActivationStatistics(banks, watching: watched, sums: sums)
        if watched.isEmpty { return statistics }
        let network = try Network(
            graph.answering(with: watched.map { banks[$0].activation } + sums.map(\.tensor)), options: options)
        var batches = corpus.batches(of: size)
        while let batch = try batches.next() {
            statistics.add(try network.run(batch.inputs))
            progress(batch.done)
        }
        return statistics
    }
}
