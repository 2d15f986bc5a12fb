import Graphs
import TestSupport
import Testing

@Suite("As far as a graph can be run") struct RunnablePartTests {
    private func opaque(_ graph: inout Graph, _ name: String, _ inputs: [TensorID], shape: TensorShape? = nil) throws
        -> TensorID
    {
        try graph.add(Layer(name: name, operation: .opaque(Opaque(className: "Mystery", shape: shape))), inputs)
    }

    private func layer(_ graph: inout Graph, _ name: String, _ operation: Graphs.Operation, _ inputs: [TensorID] = [])
        throws -> TensorID
    {
        try graph.add(Layer(name: name, operation: operation), inputs)
    }

    @Test("A graph without opaque layers can be run whole, and has no frontier")
    func whole() throws {
        var graph = Graph()
        let x = try layer(&graph, "x", .input(Input(shape: [4])))
        graph.outputs = [try layer(&graph, "a", .activation(.rectifier), [x]), x]
        let part = RunnablePart(graph)
        #expect(
            part.isComputable == [true, true] && part.frontier.isEmpty && part.ends.isEmpty && part.outputs == [0, 1])
    }

    @Test("What depends on an opaque layer cannot be computed; what enters it, or meets it behind it, is the frontier")
    func middle() throws {
        var graph = Graph()
        let x = try layer(&graph, "x", .input(Input(shape: [4])))
        let a = try layer(&graph, "a", .activation(.rectifier), [x])
        let b = try layer(&graph, "b", .activation(.rectifier), [x])
        let unknown = try opaque(&graph, "unknown", [a], shape: [4])
        let sum = try layer(&graph, "sum", .merge(Merge(.add)), [unknown, b])
        let again = try opaque(&graph, "again", [sum, x])
        graph.outputs = [again, b]
        let part = RunnablePart(graph)
        #expect(part.isComputable == [true, true, true, false, false, false])
        #expect(part.frontier == [a, b] && part.ends == ["unknown"] && part.outputs == [1])
    }

    @Test("Opaque layers on two branches both end the run; one that reads the input itself leaves nothing to compare")
    func branches() throws {
        var graph = Graph()
        let x = try layer(&graph, "x", .input(Input(shape: [4])))
        let a = try layer(&graph, "a", .activation(.rectifier), [x])
        graph.outputs = [try opaque(&graph, "left", [a]), try opaque(&graph, "right", [x])]
        let part = RunnablePart(graph)
        #expect(part.frontier == [a] && part.ends == ["left", "right"] && part.outputs.isEmpty)
        graph.outputs = [graph.outputs[1]]
        #expect(RunnablePart(graph).frontier.isEmpty)
    }

    @Test("An opaque layer that nobody reads ends nothing")
    func unread() throws {
        var graph = Graph()
        let x = try layer(&graph, "x", .input(Input(shape: [4])))
        let a = try layer(&graph, "a", .activation(.rectifier), [x])
        _ = try opaque(&graph, "unknown", [a])
        graph.outputs = [a]
        let part = RunnablePart(graph)
        #expect(part.ends.isEmpty && part.frontier.isEmpty && part.outputs == [0])
    }

    @Test("The calls of a shared layer have keys of their own")
    func keys() throws {
        var graph = Graph()
        let x = try layer(&graph, "x", .input(Input(shape: [4])))
        let a = try layer(&graph, "a", .activation(.rectifier), [x])
        let again = graph.call(1, [a], outputs: 2)
        let keys = graph.tensorKeys, key = LayerKey(graph.layers[1])
        #expect(keys[a] == TensorKey(layer: key, call: 0, output: 0))
        #expect(
            again.map { keys[$0] } == [
                TensorKey(layer: key, call: 1, output: 0), TensorKey(layer: key, call: 1, output: 1),
            ])
    }
}
