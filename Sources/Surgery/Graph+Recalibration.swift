import Datasets
import Graphs
import Networks
import Tensors

extension Graph {
    /// This graph with the moving mean and variance of every batch normalization estimated anew over a corpus, which is
    /// what training would give them in the long run if nothing else learnt; no other weight changes.
    ///
    /// In order of depth: a normalization is measured when all those before it have their new statistics. One pass over
    /// the images for each depth, up to that depth; memory is that of one batch. A shared normalization gets what its
    /// calls see together, measured once.
    ///
    /// `corpus` must be arranged for the graph's inputs. `progress` hears how many images are done of how many, all
    /// passes together. Throws `NetworkError.opaque` where layers behind one that cannot be evaluated are normalized,
    /// `SurgeryError.notFinite` where a normalization sees NaN or infinity.
    package func recalibrated(
        over corpus: ModelCorpus, batch size: Int, options: NetworkOptions = NetworkOptions(),
        progress: (_ done: Int, _ total: Int) -> Void = { _, _ in }
    ) throws -> Graph {
        var result = self
        let passes = normalizationsByDepth, images = corpus.count
        for (pass, norms) in passes.enumerated() {
            let calls = nodes.filter { norms.contains($0.layer) }
            let network = try Network(result.answering(with: calls.map { $0.inputs[0] }), options: options)
            var moments = norms.reduce(into: [LayerID: ChannelMoments]()) {
                $0[$1] = ChannelMoments(channels: layers[$1][.movingMean]?.count ?? 0)
            }
            var batches = corpus.batches(of: size)
            while let batch = try batches.next() {
                for (call, seen) in zip(calls, try network.run(batch.inputs)) {
                    guard case let .batchNormalization(norm) = layers[call.layer].operation else { continue }
                    moments[call.layer]?.add(seen, axis: norm.axis)
                }
                progress(pass * images + batch.done, passes.count * images)
            }
            for (layer, moments) in moments {
                let variance = moments.variance
                guard (moments.mean + variance).allSatisfy({ Float($0).isFinite }) else {
                    throw SurgeryError.notFinite(model: "compact")
                }
                result.layers[layer][.movingMean] = Tensor(moments.mean.map { Float($0) })
                result.layers[layer][.movingVariance] = Tensor(variance.map { Float($0) })
            }
        }
        return result
    }

    /// The batch normalizations in groups, those of one group with equally many others on the longest way before them.
    ///
    /// A shared one belongs where its deepest call is.
    private var normalizationsByDepth: [[LayerID]] {
        var depths = IDArray<TensorID, Int>(repeating: 0, count: shapes.count), layerDepths: [LayerID: Int] = [:]
        for node in nodes {
            var depth = node.inputs.map { depths[$0] }.max() ?? 0
            if layers[node.layer][.movingMean] != nil, case .batchNormalization = layers[node.layer].operation {
                layerDepths[node.layer] = max(layerDepths[node.layer] ?? 0, depth)
                depth += 1
            }
            for output in node.outputs { depths[output] = depth }
        }
        return Dictionary(grouping: layerDepths.keys) { layerDepths[$0] ?? 0 }.sorted { $0.key < $1.key }.map {
            $0.value.sorted()
        }
    }
}
