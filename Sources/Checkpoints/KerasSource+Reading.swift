import Graphs

extension KerasSource: CheckpointSource {
    func checkpoint(declarations: [Declaration], readsWeights: Bool = true) throws -> Checkpoint {
        let model = try ModelReader(version: version, declarations: declarations).read(config)
        let (graph, layers, numbering, builder) = try naming { try build(model, readsWeights: readsWeights) }
        let assumed = builder.assumed
        let foreign =
            model.foreignClass.map {
                [
                    "\(path): the model is a '\($0)', which is no class of Keras: if it overrides call(), it computes something else than its layers, and nothing said here holds"
                ]
            } ?? []
        return Checkpoint(
            path: path, format: format, graph: graph,
            warnings: warnings + foreign + builder.warnings
                + unused(declarations.filter { assumed[$0.text] == nil }, in: graph),
            fileBytes: try FileBytes.size(path), notes: try naming { try file.root.attributes.notes },
            assumptions: declarations.compactMap { declaration in
                assumed[declaration.text].map { Assumption(declaration: declaration, layers: $0) }
            },
            bindings: KerasBindings(
                path: path, format: format, graph: graph, isCompiled: try isCompiled, config: config, version: version,
                model: model, layers: layers, numbering: numbering, architecturePath: architecturePath,
                declarations: declarations))
    }

    /// The graph with its weights. Where names leave open which are whose, the shapes must tell: throws
    /// `ambiguousGroups` where they do not.
    private func build(_ model: ModelConfig, readsWeights: Bool) throws -> (
        Graph, [LayerBinding], GroupNumbering, GraphBuilder
    ) {
        func built(_ reading: ArchiveWeights.Reading, readsNumbers: Bool) throws -> (
            Graph, [LayerBinding], GroupNumbering, GraphBuilder
        ) {
            let loader = WeightLoader(
                file: file, version: version, locations: reading.locations, readsNumbers: readsNumbers)
            try loader.requirePlausibleSize()
            var builder = GraphBuilder(loader)
            let (graph, bindings) = try builder.build(model)
            return (graph, bindings, reading.numbering, builder)
        }
        let readings = try readings(of: model)
        guard readings.count > 1 else { return try built(readings[0], readsNumbers: readsWeights) }
        let fitting = readings.filter { (try? built($0, readsNumbers: false)) != nil }
        guard fitting.count <= 1 else { throw CheckpointError.ambiguousGroups(file: path) }
        return try built(fitting.first { $0.numbering != .order } ?? readings[0], readsNumbers: readsWeights)
    }

    /// A misspelt pattern would otherwise go by in silence.
    private func unused(_ declarations: [Declaration], in graph: Graph) -> [String] {
        declarations.map { declaration in
            let isFound = graph.layers.contains {
                declaration.matches(name: $0.name, qualifiedName: $0.qualifiedName, className: $0.className)
            }
            return isFound
                ? "\(path): what is like '\(declaration.pattern)' is evaluated by its own config, not as declared"
                : "\(path): no layer has a name or class like '\(declaration.pattern)', which is declared"
        }
    }
}
