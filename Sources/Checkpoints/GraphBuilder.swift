import Graphs

/// Turns a model's config and weights into a graph: nested models flattened, weights bound, shapes inferred.
struct GraphBuilder {
    private let source: any WeightSource
    private var graph = Graph()
    private var ids: [Position: LayerID] = [:]
    private var bindings: [Position: LayerBinding] = [:]
    private(set) var warnings: [String] = []
    /// By the text of a declaration, the layers that rest on it.
    private(set) var assumed: [String: [String]] = [:]
    /// The shapes that went through each call, the first time its model was called.
    private(set) var shapes: [CallPlace: CallShapes] = [:]

    /// The calls so far, and the tensors that they read.
    private var calls = 0, reads = 0

    /// Nested models that call each other could unfold without end.
    private static let mostCalls = ModelReader.mostLayers, mostReads = 8 * mostCalls
    /// More than any machine holds; beyond it, sums and products of lengths could overflow.
    private static let maximumElements = 1 << 40
    /// As many as numpy has.
    private static let mostAxes = 64

    init(_ source: any WeightSource) { self.source = source }

    /// The graph of `model`, and where each of its layers came from, in the order of `Graph.layers`: the config's.
    mutating func build(_ model: ModelConfig) throws -> (Graph, [LayerBinding]) {
        graph.inputs = try model.inputs.map { try input($0, of: model) }
        graph.outputs = try call(model, at: [], path: [], isFrozen: false, graph.inputs)
        let unknown = graph.layers.filter { $0.isOpaque && $0.parameters > 0 }
        if !unknown.isEmpty {
            let names = unknown.prefix(3).map { "'\($0.qualifiedName)' (\($0.className))" }.joined(separator: ", ")
            warnings.append(
                "filters of layers that are not understood are not looked at, and stay: \(names)\(unknown.count > 3 ? " and \(unknown.count - 3) more" : "")"
            )
        }
        if let wrapped = graph.layers.first(where: { if case .wrapper = $0.obstacle { $0.isOpaque } else { false } }) {
            warnings.append("layer '\(wrapped.qualifiedName)' is a \(wrapped.className), \(wrapped.obstacle.reason)")
        }
        return sorted()
    }

    private mutating func input(_ reference: TensorReference, of model: ModelConfig) throws -> TensorID {
        let config = model.layers[reference.source.layer]
        guard case let .input(declared) = config.content else {
            preconditionFailure("a model's inputs are input layers")
        }
        guard let shape = try declared ?? (model.isSequential ? source.inputShape(of: model) : nil) else {
            throw CheckpointError.unknownInputShape(model: model.name)
        }
        return try add(
            Layer(name: config.name, className: config.className, operation: .input(Input(shape: shape))),
            LayerWeights(group: ""), at: config.position, [])
    }

    /// Emits a node for every call inside `model`, and returns its outputs.
    private mutating func call(
        _ model: ModelConfig, at position: Position, path: [String], isFrozen: Bool, _ inputs: [TensorID]
    ) throws -> [TensorID] {
        guard inputs.count == model.inputs.count else {
            throw model.error("it takes \(model.inputs.count) inputs and is called on \(inputs.count)")
        }
        var made: [CallReference: [TensorID]] = [:]
        for (reference, tensor) in zip(model.inputs, inputs) {
            made[reference.source] = [tensor]
            record(CallPlace(model: position, call: reference.source), [tensor], [tensor])
        }
        let outputCounts = model.outputCounts
        func tensor(_ reference: TensorReference) throws -> TensorID {
            guard let outputs = made[reference.source], outputs.indices.contains(reference.output) else {
                let layer = model.layers[reference.source.layer]
                let reason =
                    layer.isInput && made[reference.source] == nil
                    ? "is not among the model's inputs" : "has no output \(reference.output)"
                throw model.error("layer '\(layer.name)' \(reason)")
            }
            return outputs[reference.output]
        }
        for step in model.order where !model.layers[step.layer].isInput {
            let layer = model.layers[step.layer]
            calls += 1
            reads += layer.calls[step.call].inputs.count
            guard calls <= Self.mostCalls, reads <= Self.mostReads else {
                throw model.error(
                    "its layers, nested models unfolded, are called more than \(Self.mostCalls) times or read more than \(Self.mostReads) tensors"
                )
            }
            let arguments = try layer.calls[step.call].inputs.map(tensor), isFrozen = isFrozen || !layer.isTrainable
            let outputs =
                if let inner = layer.model {
                    try call(inner, at: layer.position, path: path + [layer.name], isFrozen: isFrozen, arguments)
                } else {
                    try call(layer, path: path, isFrozen: isFrozen, arguments, outputs: outputCounts[step] ?? 1)
                }
            made[step] = outputs
            record(CallPlace(model: position, call: step), arguments, outputs)
        }
        return try model.outputs.map(tensor)
    }

    private mutating func call(
        _ config: LayerConfig, path: [String], isFrozen: Bool, _ inputs: [TensorID], outputs: Int
    ) throws -> [TensorID] {
        if let id = ids[config.position] {
            let tensors = graph.call(id, inputs, outputs: graph.layers[id].isOpaque ? outputs : 1)
            try infer()
            return tensors
        }
        guard let parsed = config.operation else { preconditionFailure("models are called by their layers") }
        let input = inputs.first.flatMap { graph.shapes[$0] }
        if let pieces = try call(pieces: parsed, of: config, path: path, inputs, input) { return pieces }
        var layer = Layer(
            name: config.name, path: path, className: config.className,
            operation: .opaque(Opaque(className: config.className)))
        layer.isFrozen = isFrozen
        layer.obstacle = parsed.obstacle
        layer.regularization = config.regularization
        if let operation = parsed.operation.kind.resolvingAxes(of: input ?? config.inputShape),
            combines(inputs, config), parsed.pieces == nil,
            parsed.inputCount == nil || parsed.inputCount == input.flatMap({ elementCount($0) })
        {
            layer.operation = operation
        } else {
            if !parsed.isOpaque { layer.obstacle = .beyondDeclaration }
            warnings.append(
                "layer '\(layer.qualifiedName)' is kept as it is: the shape of its input is not known well enough")
        }
        if layer.isOpaque, outputs == 1 {
            layer.operation = .opaque(Opaque(className: config.className, shape: config.outputShape))
        }
        let (loaded, binding) = try source.weights(of: config, layer, input: input)
        layer.weights = loaded
        if !loaded.isEmpty, layer.obstacle == .undeclared { layer.obstacle = .beyondDeclaration }
        if let declaration = parsed.declaration {
            if parsed.isDeclared { try check(declaration, of: layer, inputs: inputs.count) }
            if !layer.isOpaque { assumed[declaration.text, default: []].append(layer.qualifiedName) }
        }
        let first = try add(layer, binding, at: config.position, inputs)
        guard layer.isOpaque, outputs > 1 else { return [first] }
        let others = (1..<outputs).map { _ in graph.shapes.add(nil) }
        graph.nodes[graph.nodes.lastID].outputs += others
        return [first] + others
    }

    /// Throws where a layer declared a function of single numbers is none.
    private func check(_ declaration: Declaration, of layer: Layer, inputs: Int) throws {
        let reason: String? =
            if !layer.weights.isEmpty {
                "is a \(layer.className) with weights, which no function of single numbers has"
            } else if layer.obstacle != .undeclared {
                "is a \(layer.className), which is no function of single numbers"
            } else if inputs != 1 {
                "takes \(inputs) tensors, a function of single numbers takes one"
            } else {
                nil
            }
        if let reason {
            throw CheckpointError.refusedDeclaration(text: declaration.text, layer: layer.qualifiedName, reason: reason)
        }
    }

    /// A split is a slice for each of its outputs, called `name[0]`, `name[1]`, …; nil for other layers, and where its
    /// input is not known well enough.
    private mutating func call(
        pieces parsed: ParsedOperation, of config: LayerConfig, path: [String], _ inputs: [TensorID],
        _ shape: TensorShape?
    ) throws -> [TensorID]? {
        guard let pieces = parsed.pieces, inputs.count == 1,
            case let .slice(whole)? = parsed.operation.kind.resolvingAxes(of: shape),
            let ranges = pieces.ranges(of: whole.stop)
        else { return nil }
        return try ranges.enumerated().map { number, range in
            if let id = ids[config.position + [number]] {
                let tensor = graph.call(id, inputs)[0]
                try infer()
                return tensor
            }
            let slice = Operation.slice(Slice(axis: whole.axis, start: range.lowerBound, stop: range.upperBound))
            let layer = Layer(
                name: "\(config.name)[\(number)]", path: path, className: config.className, operation: slice)
            return try add(layer, LayerWeights(group: ""), at: config.position + [number], inputs)
        }
    }

    private mutating func record(_ place: CallPlace, _ inputs: [TensorID], _ outputs: [TensorID]) {
        guard shapes[place] == nil else { return }
        shapes[place] = CallShapes(inputs: inputs.map { graph.shapes[$0] }, outputs: outputs.map { graph.shapes[$0] })
    }

    /// Whether Keras's operations, which align axes at the end of the shape with the batch, do as its layers do.
    private func combines(_ inputs: [TensorID], _ config: LayerConfig) -> Bool {
        config.isLayer || Set(inputs.map { graph.shapes[$0]?.count }).count <= 1
    }

    private mutating func add(_ layer: Layer, _ weights: LayerWeights, at position: Position, _ inputs: [TensorID])
        throws -> TensorID
    {
        let id = graph.layers.add(layer)
        ids[position] = id
        bindings[position] = LayerBinding(key: LayerKey(layer), position: position, weights: weights)
        let tensor = graph.call(id, inputs)[0]
        try infer()
        return tensor
    }

    private mutating func infer() throws {
        let id = graph.nodes.lastID
        try graph.inferShape(of: id)
        guard let shape = graph.shapes[graph.nodes[id].outputs[0]] else { return }
        guard shape.count <= Self.mostAxes else {
            throw CheckpointError.invalidConfig(
                subject: graph.layer(of: id).qualifiedName,
                reason: "its output has \(shape.count) axes, \(Self.mostAxes) are the most that are read")
        }
        guard let count = elementCount(shape.map { $0 ?? 1 }), count <= Self.maximumElements else {
            throw CheckpointError.invalidConfig(
                subject: graph.layer(of: id).qualifiedName, reason: "no memory holds its output \(shape.text)")
        }
    }

    /// The layers in the order of the config, whatever the order in which they were first called.
    private func sorted() -> (Graph, [LayerBinding]) {
        let positions = ids.keys.sorted { $0.lexicographicallyPrecedes($1) }
        var graph = graph, place: [LayerID: LayerID] = [:]
        graph.layers = []
        for old in positions.compactMap({ ids[$0] }) { place[old] = graph.layers.add(self.graph.layers[old]) }
        for index in graph.nodes.indices { graph.nodes[index].layer = place[graph.nodes[index].layer] ?? 0 }
        return (graph, positions.compactMap { bindings[$0] })
    }
}

/// Where weights come from while a graph is built.
protocol WeightSource {
    /// The weights of a layer, which is called on `input`, and where they are kept.
    func weights(of config: LayerConfig, _ layer: Layer, input: TensorShape?) throws -> ([Weight], LayerWeights)
    /// The input's shape of a Sequential whose config does not tell.
    func inputShape(of model: ModelConfig) throws -> TensorShape?
}

/// One call of one layer of the model at `model`.
struct CallPlace: Hashable {
    var model: Position
    var call: CallReference
}

struct CallShapes {
    var inputs: [TensorShape?]
    var outputs: [TensorShape?]
}

/// Where a layer of the graph is in its checkpoint.
struct LayerBinding: Sendable, Equatable {
    var key: LayerKey
    var position: Position
    var weights: LayerWeights
}

extension ModelConfig {
    /// How many outputs each call must have for all references to it.
    fileprivate var outputCounts: [CallReference: Int] {
        let references = layers.flatMap { $0.calls.flatMap(\.inputs) } + outputs
        return references.reduce(into: [:]) { $0[$1.source] = max($0[$1.source] ?? 1, $1.output + 1) }
    }
}

extension Layer {
    var isOpaque: Bool { operation.isOpaque }
}
