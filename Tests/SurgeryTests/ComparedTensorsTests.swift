import Graphs
import Networks
@testable import Surgery
import Tensors
import TestSupport
import Testing

@Suite("Compared as far as a model can be run") struct ComparedTensorsTests {
    private let options = NetworkOptions(threads: 1)

    private func opaque(_ make: GraphMaker, _ x: TensorID, shape: TensorShape? = nil) throws -> TensorID {
        try make.add(.opaque(Opaque(className: "Mystery", shape: shape)), [x])
    }

    /// The same graph with its tensors numbered the other way round, as a file may come back.
    private func renumbered(_ graph: Graph) -> Graph {
        var result = graph
        func other(_ id: TensorID) -> TensorID { TensorID(graph.shapes.count - 1 - id.position) }
        result.shapes.reverse()
        result.nodes = graph.nodes.mapValues {
            Node(layer: $0.layer, inputs: $0.inputs.map(other), outputs: $0.outputs.map(other))
        }
        result.inputs = graph.inputs.map(other)
        result.outputs = graph.outputs.map(other)
        return result
    }

    private func verified(_ plan: SurgeryPlan, _ compact: Graph) throws -> Verification {
        try Verification.run(
            ComparedTensors(plan, compact: compact), on: .random(count: 3, seed: 7), batch: 2, options: options)
    }

    /// Two blocks, the second's dead filters held by the opaque layer that reads it, then one that is not compared.
    private func chain() throws -> (graph: Graph, kernel: LayerID) {
        let make = GraphMaker()
        let first = try make.block(make.input(6, 6, 3), 5, dead: [1: -0.5, 3: -1])
        let second = try make.block(first, 4, dead: [2: 1])
        let end = try make.conv(opaque(make, second, shape: [6, 6, 4]), 2)
        return (make.finished(try make.globalPool(end)), 4)
    }

    @Test(
        "What enters an opaque layer is compared there, whatever the tensors' numbers, and a wrong weight before it is seen"
    )
    func chains() throws {
        let (graph, kernel) = try chain(), plan = SurgeryPlan(graph)
        #expect(plan.removed(from: 3) == [1, 3])
        let compact = renumbered(try plan.rewrite().graph)
        let tensors = try ComparedTensors(plan, compact: compact)
        #expect(
            tensors.upTo == ["mystery_7"] && tensors.list.map(\.name) == ["activation_6"] && !tensors.hasFirstOutput)
        let verification = try verified(plan, compact)
        #expect(verification.deviation.images == 3 && verification.deviation.maxRelativeError < 1e-5)
        #expect(
            verification.deviation.agreement == nil && verification.upTo == ["mystery_7"]
                && verification.comparedAt == ["activation_6"])
        try verification.check(tolerance: 1e-4)

        var broken = compact
        broken.layers[kernel][.kernel]?[0] += 1
        let wrong = try verified(plan, broken)
        #expect { try wrong.check(tolerance: 1e-4) } throws: {
            "\($0)".contains("of the range of what 'activation_6' makes")
        }
    }

    @Test("Channels that are gone at the frontier are held against the numbers that replace them")
    func constants() throws {
        let make = GraphMaker()
        let x = try make.input(6, 6, 3)
        let beside = try make.block(x, 4, dead: [0: 0.75, 2: -1])
        let unknown = try opaque(make, make.block(x, 3, dead: [1: 1]), shape: [6, 6, 3])
        let graph = try make.finished(make.conv(make.concatenate([beside, unknown]), 2, 1))
        let plan = SurgeryPlan(graph), compact = renumbered(try plan.rewrite().graph)
        #expect(plan.removed(from: beside) == [0, 2])
        let tensors = try ComparedTensors(plan, compact: compact)
        #expect(tensors.list.map(\.name) == ["activation_3", "activation_6"])
        let channels = try #require(tensors.list[0].channels)
        #expect(
            channels.axis == 2 && channels.kept == [1, 3] && channels.constants.map(\.channel) == [0, 2]
                && channels.constants.map(\.value) == [0.75, 0])
        #expect(tensors.list[1].channels == nil)
        #expect(try verified(plan, compact).deviation.maxRelativeError < 1e-5)

        // The dense model's channel lives after all: cutting it was wrong.
        var alive = graph
        alive.layers[2][.gamma]?[0] = 1
        let claimed = ComparedTensors(tensors, dense: alive)
        let wrong = try Verification.run(claimed, on: .random(count: 3, seed: 7), batch: 2, options: options)
        #expect(wrong.deviation.maxRelativeError > 1e-2)
    }

    @Test("Outputs that do not depend on the opaque layer are compared as outputs, with classes where it is the first")
    func branches() throws {
        let make = GraphMaker()
        let trunk = try make.block(make.input(6, 6, 3), 5, dead: [1: -0.5])
        let classes = try make.dense(make.globalPool(make.block(trunk, 4, dead: [0: -1, 3: -1])), 3)
        let other = try opaque(make, make.block(trunk, 4, dead: [2: 0]))
        for outputs in [[classes, other], [other, classes]] {
            let graph = make.finished(outputs), plan = SurgeryPlan(graph)
            #expect(!plan.removed(from: trunk).isEmpty)
            let compact = renumbered(try plan.rewrite().graph)
            let tensors = try ComparedTensors(plan, compact: compact), first = outputs[0] == classes
            #expect(
                tensors.list.count == 2 && tensors.list[0].name.hasPrefix("dense") && tensors.hasFirstOutput == first)
            let verification = try verified(plan, compact)
            #expect(
                verification.deviation.maxRelativeError < 1e-5 && verification.deviation.agreement == (first ? 1 : nil))
        }
    }

    @Test("A sum of which one branch is gone is compared as what is left of it")
    func bypassed() throws {
        let make = GraphMaker()
        let x = try make.conv(make.input(6, 6, 3), 4)
        let dead = try make.norm(make.conv(x, 4), dead: [0: 0, 1: 0, 2: 0, 3: 0])
        let sum = try make.merge(.add, [x, dead])
        let graph = try make.finished(opaque(make, sum), make.globalPool(sum))
        let plan = SurgeryPlan(graph), compact = renumbered(try plan.rewrite().graph)
        #expect(compact.nodes.count < graph.nodes.count)
        let tensors = try ComparedTensors(plan, compact: compact)
        #expect(tensors.list.map(\.name).contains { $0.hasPrefix("merge") || $0.hasPrefix("add") })
        #expect(try verified(plan, compact).deviation.maxRelativeError < 1e-5)
    }

    @Test("Where the opaque layer reads the input itself, nothing is compared")
    func nothing() throws {
        let make = GraphMaker()
        let graph = try make.finished(
            make.block(opaque(make, make.input(6, 6, 3), shape: [6, 6, 3]), 4, dead: [0: -1]))
        let plan = SurgeryPlan(graph), compact = try plan.rewrite().graph
        #expect(try ComparedTensors(plan, compact: compact).isEmpty)
        #expect(try verified(plan, compact).deviation.images == 0)
    }

    @Test("A compact model that lacks what the plan leaves in it is refused")
    func missing() throws {
        let (graph, _) = try chain(), plan = SurgeryPlan(graph)
        var compact = try plan.rewrite().graph
        compact.layers[6].name = "other"
        #expect(throws: SurgeryError.self) { try ComparedTensors(plan, compact: compact) }
    }

    /// A layer without weights of a random graph becomes one that cannot be evaluated.
    @Test("Random graphs with an opaque layer compare alike up to it", arguments: 0..<300)
    func random(seed: UInt64) throws {
        let maker = try RandomGraph(seed: seed)
        var graph = maker.graph, random = SeededGenerator(seed: seed)
        let candidates = graph.nodes.indices.filter {
            !graph.nodes[$0].inputs.isEmpty && graph.layer(of: $0).weights.isEmpty
        }
        if candidates.isEmpty { return }
        let node = candidates[random.below(candidates.count)], layer = graph.nodes[node].layer
        let shape = random.below(2) == 0 ? graph.shapes[graph.nodes[node].outputs[0]] : nil
        graph.layers[layer].operation = .opaque(Opaque(className: "Mystery", shape: shape))
        graph.shapes = graph.shapes.mapValues { _ in nil }
        guard (try? graph.inferShapes()) != nil else { return }
        let plan = SurgeryPlan(graph, Criteria().provenOnly), compact = renumbered(try plan.rewrite().graph)
        let tensors = try ComparedTensors(plan, compact: compact)
        let dense = tensors.dense, network = try Network(dense, options: options),
            inputs = maker.sized.inputs.map { tensor -> Tensor in
                let shape = [2] + (maker.sized.shapes[tensor] ?? []).map { $0 ?? 1 }
                return Tensor(shape: shape, (0..<Tensor.count(of: shape)).map { _ in random.uniform() * 4 - 2 })
            }
        if tensors.isEmpty { return }
        var verification = Verification(tensors)
        let before = try network.run(inputs), after = try Network(tensors.compact, options: options).run(inputs)
        guard before.allSatisfy({ $0.elements.allSatisfy { $0.isFinite && abs($0) < 1e6 } }) else { return }
        try verification.add(dense: before, compact: after, labels: nil)
        #expect(
            verification.deviation.isFinite && verification.deviation.maxRelativeError < 1e-4,
            "seed \(seed): \(verification.comparedAt)\n\(graph.text)")
    }
}

extension ComparedTensors {
    /// The same with another dense graph.
    fileprivate init(_ tensors: ComparedTensors, dense: Graph) {
        self.init(
            dense: dense.answering(with: tensors.dense.outputs), compact: tensors.compact, list: tensors.list,
            upTo: tensors.upTo, hasFirstOutput: tensors.hasFirstOutput)
    }
}
