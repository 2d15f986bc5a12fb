import Graphs

/// The config of a rewritten model, proven by building the graph it describes.
struct RewrittenConfig {
    var json: JSON
    let model: ModelConfig

    /// Edits `checkpoint`'s config as `rewrite` asks, and checks that the result says exactly what the rewritten graph
    /// computes.
    init(_ checkpoint: KerasBindings, _ rewrite: Rewrite) throws {
        let reader = ModelReader(version: checkpoint.version, declarations: checkpoint.declarations)
        let writer = ConfigWriter(source: checkpoint.graph, rewrite: rewrite)
        var json = try writer.edited(checkpoint.config, checkpoint.model)
        var model = try reader.read(json)
        if !rewrite.removals.isEmpty || !rewrite.dropped.isEmpty {
            json = json.reordered(from: checkpoint.model, to: model)
            model = try reader.read(json)
        }
        var builder = GraphBuilder(RewrittenWeights(graph: rewrite.graph))
        let (graph, _) = try builder.build(model)
        try Self.compare(graph, with: rewrite.graph)
        self.json = ShapeWriter(shapes: builder.shapes).updated(json, model)
        self.model = model
    }

    /// Throws `inexpressible` unless the graph `written` in a config has the layers and calls of the one `wanted`.
    static func compare(_ written: Graph, with wanted: Graph) throws {
        let layers = Dictionary(wanted.layers.map { (LayerKey($0), $0) }) { first, _ in first }
        var calls: [LayerKey: Int] = [:], wantedCalls: [LayerKey: Int] = [:]
        for node in written.nodes { calls[LayerKey(written.layers[node.layer]), default: 0] += node.inputs.count }
        for node in wanted.nodes { wantedCalls[LayerKey(wanted.layers[node.layer]), default: 0] += node.inputs.count }
        for layer in written.layers {
            let key = LayerKey(layer)
            guard let other = layers[key], other.operation == layer.operation, calls[key] == wantedCalls[key] else {
                throw CheckpointError.inexpressible(
                    layer: layer.qualifiedName, reason: "what it computes cannot be written in its config")
            }
        }
        if let missing = layers.keys.first(where: { calls[$0] == nil && wantedCalls[$0] != nil }) {
            throw CheckpointError.inexpressible(layer: missing.name, reason: "it is not in the source's config")
        }
    }
}

/// The weights of a graph, for building it again out of the config that was made for it.
struct RewrittenWeights: WeightSource {
    private let layers: [LayerKey: Layer]
    private let input: TensorShape?

    init(graph: Graph) {
        layers = Dictionary(graph.layers.map { (LayerKey($0), $0) }) { first, _ in first }
        input = graph.inputs.first.flatMap { graph.shapes[$0] }
    }

    func weights(of config: LayerConfig, _ layer: Layer, input: TensorShape?) throws -> ([Weight], LayerWeights) {
        guard let rewritten = layers[LayerKey(layer)] else {
            throw CheckpointError.inexpressible(
                layer: layer.qualifiedName, reason: "it is neither in the rewritten graph nor removed")
        }
        return (rewritten.weights, LayerWeights(group: ""))
    }

    func inputShape(of model: ModelConfig) throws -> TensorShape? { input }
}

extension JSON {
    /// The same model with its layers, and those of nested models, in the order Keras will give them; where the source
    /// was not in Keras's order either, the order stays.
    fileprivate func reordered(from old: ModelConfig, to new: ModelConfig) -> JSON {
        var entries = ModelReader.entries(of: self)
        for layer in new.layers {
            guard let index = layer.position.last, let inner = layer.model,
                let oldInner = old.layers.first(where: { $0.name == layer.name })?.model
            else { continue }
            entries[index] = entries[index].reordered(from: oldInner, to: inner)
        }
        let order = new.kerasOrder
        guard !new.isSequential, old.kerasOrder == Array(old.layers.indices), order.count == entries.count else {
            return replacingEntries(entries)
        }
        return replacingEntries(order.map { entries[$0] })
    }
}
