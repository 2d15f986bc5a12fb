import Foundation
import Graphs
import HDF5
import Tensors
import Testing
@testable import Checkpoints

@Suite struct CreationTests {
    private let folder: Folder

    init() throws { folder = try Folder() }

    /// Two graphs that say the same, but for the order of their layers.
    private func expectEqual(_ a: Graph, _ b: Graph) throws {
        #expect(a.parameters == b.parameters)
        #expect(a.inputs.map { a.shapes[$0] } == b.inputs.map { b.shapes[$0] })
        #expect(a.outputs.map { a.shapes[$0] } == b.outputs.map { b.shapes[$0] })
        let others = Dictionary(uniqueKeysWithValues: b.layers.map { ($0.name, $0) })
        for layer in a.layers {
            let other = try #require(others[layer.qualifiedName.legalLayerName], "\(layer.qualifiedName)")
            #expect(layer.operation == other.operation, "\(layer.qualifiedName)")
            let roles = layer.weights.filter { if case .unknown = $0.role { false } else { true } }
            for weight in roles { #expect(weight.tensor == other[weight.role], "\(layer.qualifiedName)") }
        }
        func calls(_ graph: Graph) -> [String: [[String]]] {
            let producers = graph.producers
            return graph.nodes.reduce(into: [:]) { calls, node in
                let inputs = node.inputs.map { tensor in producers[tensor].map { graph.layer(of: $0).qualifiedName.legalLayerName } ?? "" }
                calls[graph.layers[node.layer].qualifiedName.legalLayerName, default: []].append(inputs)
            }
        }
        #expect(calls(a) == calls(b))
    }

    @Test("A graph written as a new model reads back equal, in both formats", arguments: [
        "fashion-basicnet.h5", "keras1-th.h5", "keras2-branches.h5", "keras2-depthwise.h5", "keras2-layers.h5", "keras2-nested.h5",
        "keras2-several.h5", "keras2-slashes.h5", "keras2-weights.h5", "keras3-activations.h5", "keras3-adam.keras",
        "keras3-channels-first.keras", "keras3-convolutions.keras", "keras3-float16.h5", "keras3-long-names.h5", "keras3-merges.keras", "keras3-nested.weights.h5",
        "keras3-normalizations.keras", "keras3-operations.keras", "keras3-poolings.keras", "keras3-residual.h5", "keras3-sequences.keras",
        "keras3-several.keras", "keras3-shapes.keras", "keras3-shuffle.keras",
    ], ["new.h5", "new.keras"])
    func roundTrip(name: String, output: String) throws {
        let graph = try open(name).graph, path = folder.file(output)
        _ = try Checkpoint.create(graph, name: "copy", at: path, overwrite: false)
        try expectEqual(graph, Checkpoint.open(path).graph)
        #expect(try folder.contents == [output])
    }

    @Test("What Keras 3 has no layer for is refused, and leaves nothing", arguments: ["keras1-tf.h5", "keras2-operations.h5", "keras3-custom.keras"])
    func refused(name: String) throws {
        let graph = try open(name).graph
        #expect { try Checkpoint.create(graph, name: "copy", at: folder.file("new.h5"), overwrite: false) } throws: { error in
            if case CheckpointError.inexpressible = error { true } else { false }
        }
        #expect(try folder.contents == [])
    }
}
