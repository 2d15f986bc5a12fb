import Graphs

/// A graph as a new model of Keras 3: one functional model, its layers in the order in which Keras will rebuild them.
struct NewModel {
    let json: JSON
    let config: ModelConfig
    /// The layer behind each of `config`'s, in its order.
    let layers: [Layer]
    let warnings: [String]

    /// The Keras whose dialect this is.
    static let kerasVersion = "3.15.1"

    /// Proves the config by building the graph it describes. Throws `inexpressible` for what Keras 3 has no layer for.
    init(_ graph: Graph, name: String) throws {
        let graph = graph.writable
        let version = KerasVersion(text: Self.kerasVersion, backend: nil, model: .null),
            reader = ModelReader(version: version, declarations: [])
        var json = try Self.json(graph, name: name.isEmpty ? "model" : name.legalLayerName)
        let order = try reader.read(json).kerasOrder, entries = ModelReader.entries(of: json)
        json = json.replacingEntries(order.map { entries[$0] })
        config = try reader.read(json)
        layers = order.map { graph.layers[LayerID($0)] }
        self.json = json
        var builder = GraphBuilder(RewrittenWeights(graph: graph))
        try RewrittenConfig.compare(builder.build(config).0, with: graph)
        let noises = graph.layers.filter {
            $0.operation == .identity && !["Identity", "ActivityRegularization"].contains($0.className)
        }
        let classes = Set(noises.map(\.className)).sorted().joined(separator: ", ")
        warnings =
            noises.first.map {
                [
                    "what only training would notice is written as Identity (\(classes)): layer '\($0.name)'\(noises.count > 1 ? " and \(noises.count - 1) more" : "")"
                ]
            } ?? []
    }

    private static func json(_ graph: Graph, name: String) throws -> JSON {
        var calls = IDArray<LayerID, [JSON]>(repeating: [], count: graph.layers.count), places: [TensorID: JSON] = [:]
        func tensor(_ id: TensorID) -> JSON {
            let shape = JSON.batch(of: graph.shapes[id] ?? [])
            return [
                "class_name": "__keras_tensor__",
                "config": ["shape": shape, "dtype": "float32", "keras_history": places[id] ?? .null],
            ]
        }
        var callCounts = IDArray<LayerID, Int>(repeating: 0, count: graph.layers.count)
        for node in graph.nodes {
            let layer = graph.layers[node.layer]
            for (position, output) in node.outputs.enumerated() {
                places[output] = [.string(layer.name), .number(callCounts[node.layer]), .number(position)]
            }
            callCounts[node.layer] += 1
            if case .input = layer.operation { continue }
            var arguments = node.inputs.map(tensor)
            if case let .slice(slice) = layer.operation { arguments.append(slice.key) }
            if layer.operation.kind.arity.isSeveral { arguments = [.array(arguments)] }
            calls[node.layer].append(["args": .array(arguments), "kwargs": [:]])
        }
        let entries = try zip(graph.layers, calls).map { layer, calls in
            let keras = try KerasLayer(layer)
            var entry: JSON = [
                "module": "keras.layers", "class_name": .string(keras.className),
                "config": ["name": .string(layer.name)], "registered_name": .null,
            ]
            if case .slice = layer.operation {
                (entry["module"], entry["registered_name"]) = ("keras.src.ops.numpy", "GetItem")
            } else {
                entry["config"]?["dtype"] = "float32"
            }
            if layer.isFrozen { entry["config"]?["trainable"] = false }
            for (key, value) in keras.config.object ?? [:] { entry["config"]?[key] = value }
            entry["name"] = .string(layer.name)
            entry["inbound_nodes"] = .array(calls)
            return entry
        }
        /// One tensor stands alone, so that the model takes and returns it alone.
        func references(_ tensors: [TensorID]) -> JSON {
            let references = tensors.compactMap { places[$0] }
            return references.count == 1 ? references[0] : .array(references)
        }
        let config: JSON = [
            "name": .string(name), "trainable": true, "layers": .array(entries),
            "input_layers": references(graph.inputs), "output_layers": references(graph.outputs),
        ]
        return [
            "module": "keras.src.models.functional", "class_name": "Functional", "config": config,
            "registered_name": "Functional", "build_config": ["input_shape": .null],
        ]
    }
}

extension Slice {
    /// What a tensor is indexed with, the batch axis first: `[:, :, 2:5]`.
    fileprivate var key: JSON {
        func slice(_ start: JSON, _ stop: JSON) -> JSON {
            ["class_name": "__slice__", "config": ["start": start, "stop": stop, "step": .null]]
        }
        return .array((0...axis).map { _ in slice(.null, .null) } + [slice(.number(start), .number(stop))])
    }
}

extension Graph {
    /// The same computation without what no output needs, its layers under names that Keras takes.
    fileprivate var writable: Graph {
        var graph = self
        graph.nodes = IDArray(nodesNeeded(for: inputs + outputs).map { nodes[$0] })
        graph.layers = []
        var places: [LayerID: LayerID] = [:]
        for id in Set(graph.nodes.map(\.layer)).sorted() { places[id] = graph.layers.add(layers[id]) }
        for index in graph.nodes.indices { graph.nodes[index].layer = places[graph.nodes[index].layer] ?? 0 }
        var used: Set<String> = []
        for index in graph.layers.indices {
            let wanted = graph.layers[index].qualifiedName.legalLayerName
            var name = wanted, number = 0
            while !used.insert(name).inserted {
                number += 1
                name = "\(wanted)_\(number)"
            }
            (graph.layers[index].name, graph.layers[index].path) = (name, [])
        }
        return graph
    }
}

extension String {
    /// The name with everything that Keras, TensorFlow or HDF5 refuse in a layer's name replaced by `_`.
    var legalLayerName: String {
        let legal = String(map { $0.isASCII && ($0.isLetter || $0.isNumber || "_.-".contains($0)) ? $0 : "_" })
        return legal.first?.isLetter == true || legal.first?.isNumber == true ? legal : "layer\(legal)"
    }
}
