import Graphs

/// What a checkpoint holds: the answer of `inspect`.
package struct InspectionReport: Codable, Sendable {
    package private(set) var schema = 1
    package let path: String
    package let format: String
    package let inputs: [Port]
    package let outputs: [Port]
    package let layers: [LayerLine]
    package let parameters: Int
    /// For one image; null where a shape depends on the input.
    package let macs: Int?
    package let fileBytes: Int
    /// Layers that cannot be evaluated.
    package let opaque: [String]
    /// Patterns to declare so that more of them can be: a layer's name, or that of the function it applies.
    package let declarable: [String]
    package let warnings: [String]

    /// An input or output; the batch axis is the first entry, null.
    package struct Port: Codable, Sendable {
        package let name: String
        package let shape: [Int?]?
    }

    /// One layer; for a shared one the shape of its first call and the MACs of all.
    package struct LayerLine: Codable, Sendable {
        package let name: String
        package let kind: String
        package let outputShape: [Int?]?
        package let parameters: Int
        package let macs: Int?
        package let calls: Int
    }
}

extension InspectionReport: Report {
    package init(path: String, format: String, graph: Graph, fileBytes: Int, warnings: [String]) {
        (self.path, self.format, self.fileBytes, self.warnings) = (path, format, fileBytes, warnings)
        opaque = graph.layers.filter(\.operation.isOpaque).map(\.qualifiedName)
        declarable = graph.declarationPatterns
        func shape(_ tensor: TensorID) -> [Int?]? { graph.shapes[tensor].map { [nil] + $0 } }
        let producers = graph.producers
        func port(_ tensor: TensorID) -> Port {
            Port(name: producers[tensor].map { graph.layer(of: $0).qualifiedName } ?? "", shape: shape(tensor))
        }
        inputs = graph.inputs.map(port)
        outputs = graph.outputs.map(port)
        var calls = IDArray<LayerID, [NodeID]>(repeating: [], count: graph.layers.count)
        for (id, node) in graph.nodes.enumerated() { calls[node.layer].append(id) }
        layers = graph.layers.enumerated().map { index, layer in
            let macs = calls[index].reduce(0 as Int?) { total, id in
                total.flatMap { total in graph.macs(of: id).map { total + $0 } }
            }
            return LayerLine(
                name: layer.qualifiedName, kind: layer.className,
                outputShape: calls[index].first.flatMap { graph.nodes[$0].outputs.first }.flatMap(shape),
                parameters: layer.parameters, macs: macs, calls: calls[index].count)
        }
        parameters = graph.parameters
        macs = graph.macs
    }

    package static var kind: String { "inspection" }
    package var subject: String { path }

    package var sections: [Section] {
        let table = Table(
            of: layers,
            [
                .left("layer"): { .text($0.name) },
                .left("kind", rank: 1): { .text($0.kind + ($0.calls == 1 ? "" : " (called \($0.calls) times)")) },
                .left("output"): { .text(Self.text($0.outputShape)) }, .right("parameters"): { .count($0.parameters) },
                .right("MACs"): { .count($0.macs, missing: "?") },
            ])
        func ports(_ label: String, _ ports: [Port]) -> [Item] {
            ports.map { Item(label, "\($0.name) \(Self.text($0.shape))") }
        }
        return [
            .headline("\(path): \(format), \(Format.bytes(fileBytes))"),
            .list(ports("input", inputs) + ports("output", outputs), indent: 0), .table(table),
            .paragraph("\(Format.count(parameters)) parameters, \(macs.map(Format.count) ?? "unknown") MACs an image"),
        ] + (opaque.isEmpty ? [] : [.note(opaqueText)])
    }

    private var opaqueText: String {
        let names = opaque.map { "'\($0)'" }.joined(separator: ", ")
        let hint =
            declarable == opaque
            ? "; say what a layer computes number by number with --declare 'LAYER=FUNCTION', such as relu or linear"
            : Graph.declarationHint(declarable)
        return "cannot be evaluated: \(names)\(hint)"
    }

    private static func text(_ shape: [Int?]?) -> String {
        shape.map { "(" + $0.map { $0.map(String.init) ?? "None" }.joined(separator: ", ") + ")" } ?? "unknown"
    }
}
