import Graphs
import Tensors
import TestSupport
import Testing
@testable import Checkpoints

@Suite struct ReadingTests {
    @Test(
        "Every format says what it is, and holds the same model",
        arguments: [
            ("keras3-residual.h5", CheckpointFormat.Kind.kerasLegacy, "Keras legacy HDF5 (Keras 3.15.1)"),
            ("keras3-residual.keras", .kerasArchive, "Keras archive (Keras 3.15.1)"),
            ("keras3-residual.weights.h5", .weights3, "Keras weights"),
        ])
    func formats(name: String, kind: CheckpointFormat.Kind, description: String) throws {
        let checkpoint = try open(name), legacy = try open("keras3-residual.h5")
        #expect(checkpoint.format.kind == kind)
        #expect(checkpoint.format.description == description)
        #expect(checkpoint.graph.parameters == 2389)
        #expect(checkpoint.graph.layers.map(\.name) == legacy.graph.layers.map(\.name))
        #expect(checkpoint.graph.nodes == legacy.graph.nodes)
        for (a, b) in zip(checkpoint.graph.layers, legacy.graph.layers) {
            #expect(a.operation == b.operation)
            #expect(a.weights.map(\.tensor) == b.weights.map(\.tensor), "\(a.name)")
        }
        #expect(checkpoint.warnings == [])
    }

    @Test("Legacy weights alone need an architecture")
    func weightsAlone() throws {
        let checkpoint = try open("keras2-weights.h5")
        #expect(checkpoint.format.kind == .legacyWeights)
        #expect(checkpoint.graph.parameters == 2389)
        #expect(throws: CheckpointError.noArchitecture(file: fixture("keras2-weights.h5"))) {
            try Checkpoint.open(fixture("keras2-weights.h5"))
        }
    }

    @Test(
        "Nested models are flattened; a model called twice has its layers once and its calls twice",
        arguments: ["keras3-nested.h5", "keras3-nested.keras", "keras3-nested.weights.h5", "keras2-nested.h5"])
    func nested(name: String) throws {
        let graph = try open(name).graph
        #expect(graph.layers.count == 21)
        #expect(graph.nodes.count == 28)
        #expect(graph.layers.contains { $0.path == ["twice", "inside"] && $0.name == "point" })
        let point = graph.layers.firstIndex { $0.qualifiedName == "twice/inside/point" }
        #expect(graph.nodes.filter { $0.layer == point }.count == 2)
        #expect(graph.outputs.map { graph.shapes[$0]?.text } == ["(None, 8, 8, 2)", "(None, 3)"])
    }

    @Test(
        "Lists of names split over 64 KiB are joined, names with slashes are no paths",
        arguments: [("keras3-long-names.h5", 471), ("keras2-slashes.h5", 2389)])
    func names(name: String, parameters: Int) throws { #expect(try open(name).graph.parameters == parameters) }

    @Test("Kernels of Keras 1 in Theano's order come out as window × inputs × filters")
    func theanoOrder() throws {
        let graph = try open("keras1-th.h5").graph
        let convolution = try #require(
            graph.layers.first { if case .convolution = $0.operation { true } else { false } })
        #expect(convolution[.kernel]?.shape.dropLast(2) == [3, 3])
    }

    @Test("Opaque layers keep their place and weights; a declaration makes them known")
    func opaque() throws {
        let path = fixture("keras3-lambda.keras")
        #expect(
            try Checkpoint.open(path).graph.operation("clipped_relu_1")
                == .opaque(Opaque(className: "Lambda", shape: [6, 6, 8])))
        let declared = try Checkpoint.open(path, declarations: [Declaration(parsing: "clipped_relu*=relu(max=2)")])
        #expect(try declared.graph.operation("clipped_relu_1") == .activation(.relu(maximum: 2)))
        // In a functional model those who read a layer say what it makes, in a Sequential one the next.
        let unknown = try open("keras3-unknown.keras").graph
        #expect(
            try unknown.operation("unknown") == .opaque(Opaque(className: "GroupNormalization", shape: [10, 10, 3])))
        #expect(try unknown.operation("inner/unknown") == .opaque(Opaque(className: "Resizing", shape: [8, 8, 12])))
        let shrinking = CheckpointError.invalidDeclaration(
            text: "unknown=…",
            reason:
                "the layer makes (None, 8, 8, 12) out of (None, 10, 10, 12), which no function of single numbers does")
        #expect(throws: shrinking) {
            try Checkpoint.open(
                fixture("keras3-unknown.keras"), declarations: [Declaration(parsing: "Resizing=linear")])
        }
        // A layer with weights is none either, and nobody proposes it.
        #expect(
            throws: CheckpointError.refusedDeclaration(
                text: "GroupNormalization=linear", layer: "unknown",
                reason: "is a GroupNormalization with weights, which no function of single numbers has")
        ) {
            try Checkpoint.open(
                fixture("keras3-unknown.keras"), declarations: [Declaration(parsing: "GroupNormalization=linear")])
        }
        #expect(unknown.declarationPatterns.isEmpty)
        #expect(try Checkpoint.open(path).graph.declarationPatterns == ["clipped_relu_1"])
        #expect(declared.assumptions.map(\.declaration.text) == ["clipped_relu*=relu(max=2)"])
        #expect(declared.assumptions.map(\.layers) == [["clipped_relu_1"]])
        #expect(try !open("keras3-operations.keras").graph.hasOpaqueLayers)
        #expect(try !open("keras3-shuffle.keras").graph.hasOpaqueLayers)
    }

    @Test("The trained fixture reads whole")
    func trained() throws {
        let checkpoint = try open("fashion-basicnet.h5")
        #expect(checkpoint.graph.parameters == 329_178)
        #expect(checkpoint.graph.inputs.map { checkpoint.graph.shapes[$0]?.text } == ["(None, 28, 28, 1)"])
        #expect(checkpoint.fileBytes > 329_178 * 4)
    }

    @Test(
        "Stored and canonical kernels are inverse to each other",
        arguments: [
            KernelStorage(order: [2, 3, 1, 0]), KernelStorage(order: [0, 1, 3, 2], reversedAxes: 2),
            KernelStorage(order: [2, 3, 1, 0], extraAxis: 1, reversedAxes: 1), KernelStorage(reversedAxes: 2),
        ])
    func storage(storage: KernelStorage) {
        let shape = storage.extraAxis == nil ? [2, 3, 4, 5] : [5, 4, 3, 1]
        let stored = Tensor(shape: shape, (0..<shape.reduce(1, *)).map { Float($0) })
        let canonical = storage.canonical(stored)
        #expect(canonical.shape == storage.canonicalShape(shape))
        #expect(storage.stored(canonical) == stored)
    }

    @Test("Theano's kernels are turned around, whatever the version; Keras 1's also lie in another order")
    func theano() {
        let convolution = Graphs.Operation.convolution(
            Convolution(filters: 5, window: Window(size: [3, 3], dataFormat: .channelsFirst)))
        func storage(_ text: String, _ backend: String?) -> KernelStorage {
            KernelStorage(
                of: .kernel, in: convolution, version: KerasVersion(text: text, backend: backend, model: .null),
                stored: [5, 4, 3, 3])
        }
        #expect(storage("1.2.2", nil) == KernelStorage(order: [2, 3, 1, 0]))
        #expect(storage("1.2.2", "theano") == KernelStorage(order: [2, 3, 1, 0], reversedAxes: 2))
        #expect(storage("2.1.0", "theano") == KernelStorage(reversedAxes: 2))
        #expect(storage("2.1.0", "tensorflow") == KernelStorage())
        let tensor = Tensor(shape: [1, 2, 1, 1], [1, 2])
        #expect(KernelStorage(reversedAxes: 2).canonical(tensor).elements == [2, 1])
    }
}
