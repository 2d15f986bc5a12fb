import Graphs
import HDF5

/// A trained model as a file holds it: a graph to compute with, and all that is needed to write the file again.
package struct Checkpoint: Sendable {
    package let path: String
    package let format: CheckpointFormat
    /// All weights as float32, all shapes inferred.
    package let graph: Graph
    package let warnings: [String]
    package let fileBytes: Int
    /// The texts that `create` and `write` were given to keep beside the model, by name.
    package let notes: [String: String]
    /// Whether the file holds a training configuration or an optimizer's state.
    let isCompiled: Bool

    /// The model's JSON: `model_config`, `config.json`, or the architecture's file.
    let config: JSON
    let version: KerasVersion
    let model: ModelConfig
    /// One for each layer of the graph, in its order.
    let bindings: [LayerBinding]
    /// How the groups of its weights are named, in Keras's own format.
    let numbering: GroupNumbering
    let architecturePath: String?
    let declarations: [Declaration]
    /// What is believed of the model because the user says so, in the order of the declarations; those that say nothing
    /// of any layer are left out. Whatever is claimed of the model rests on them.
    package let assumptions: [Assumption]

    /// Reads a checkpoint of any of Keras's formats.
    ///
    /// - Parameters:
    ///   - architecture: the path of a model's JSON, for files of weights alone.
    ///   - declarations: what layers compute whose config does not tell; see `Declaration`.
    ///
    /// Throws `CheckpointError`, `HDF5Error` or `GraphError`, each one clear line.
    package static func open(_ path: String, architecture: String? = nil, declarations: [Declaration] = []) throws
        -> Checkpoint
    {
        try open(path, architecture: architecture, declarations: declarations, isOwn: false)
    }

    /// `isOwn`: whether this process is writing the file, and holds the lock on it.
    static func open(_ path: String, architecture: String?, declarations: [Declaration], isOwn: Bool) throws
        -> Checkpoint
    {
        let source = try Source(path: path, architecture: architecture, isOwn: isOwn)
        let model = try ModelReader(version: source.version, declarations: declarations).read(source.config)
        let (graph, bindings, numbering, builder) = try source.naming { try build(model, from: source) }
        let (warnings, assumed) = (builder.warnings, builder.assumed)
        let assumptions = declarations.compactMap { declaration in
            assumed[declaration.text].map { Assumption(declaration: declaration, layers: $0) }
        }
        let foreign =
            model.foreignClass.map {
                [
                    "\(path): the model is a '\($0)', which is no class of Keras: if it overrides call(), it computes something else than its layers, and nothing said here holds"
                ]
            } ?? []
        return Checkpoint(
            path: path, format: source.format, graph: graph,
            warnings: source.warnings + foreign + warnings
                + unused(declarations.filter { assumed[$0.text] == nil }, in: graph, path),
            fileBytes: try FileBytes.size(path),
            notes: try source.naming { try source.file.root.attributes.notes }, isCompiled: try source.isCompiled,
            config: source.config, version: source.version, model: model, bindings: bindings, numbering: numbering,
            architecturePath: source.architecturePath,
            declarations: declarations, assumptions: assumptions)
    }

    /// The graph with its weights. Where names leave open which are whose, the shapes must tell: throws
    /// `ambiguousGroups` where they do not.
    private static func build(_ model: ModelConfig, from source: Source) throws -> (
        Graph, [LayerBinding], GroupNumbering, GraphBuilder
    ) {
        func built(_ reading: ArchiveWeights.Reading) throws -> (Graph, [LayerBinding], GroupNumbering, GraphBuilder) {
            var builder = GraphBuilder(
                WeightLoader(file: source.file, version: source.version, locations: reading.locations))
            let (graph, bindings) = try builder.build(model)
            return (graph, bindings, reading.numbering, builder)
        }
        let readings = try source.readings(of: model)
        guard readings.count > 1 else { return try built(readings[0]) }
        let fitting = readings.filter { (try? built($0)) != nil }
        guard fitting.count <= 1 else { throw CheckpointError.ambiguousGroups(file: source.path) }
        return try built(fitting.first { $0.numbering != .order } ?? readings[0])
    }

    /// A misspelt pattern would otherwise go by in silence.
    private static func unused(_ declarations: [Declaration], in graph: Graph, _ path: String) -> [String] {
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
