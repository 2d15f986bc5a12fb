import Foundation
import Graphs
import Networks
import Sparsity
@testable import Surgery
import Tensors
import Testing

/// DEADWOOD_GRAPHS and DEADWOOD_SEED as in `RandomGraphTests`; by default 200 graphs.
@Suite("Chosen filters on random graphs") struct RandomSelectionTests {
    @Test(
        "A cut of chosen filters answers like the graph in which they are silenced, and keeps what it was told to keep")
    func everyGraph() throws {
        let environment = ProcessInfo.processInfo.environment
        let count = environment["DEADWOOD_GRAPHS"].flatMap { Int($0) } ?? 200,
            start = environment["DEADWOOD_SEED"].flatMap { UInt64($0) } ?? 1
        var cut = 0, failures = 0
        for seed in start..<(start + UInt64(count)) where failures < 5 {
            do { cut += try Self.examine(seed) } catch {
                Issue.record("seed \(seed): \(error)")
                failures += 1
            }
        }
        #expect(cut > count)
    }

    @Test(
        "Graphs that were cut wrongly once",
        arguments: [
            // A padded filter kept a group whose chosen inputs stayed with it, but still counted as 0.
            UInt64(2173)
        ])
    func again(seed: UInt64) throws { _ = try Self.examine(seed) }

    /// The number of chosen filters that a graph lost; throws what is wrong.
    private static func examine(_ seed: UInt64) throws -> Int {
        let maker = try RandomGraph(seed: seed, steps: .max), graph = maker.graph
        var random = SeededGenerator(seed: seed),
            selection = FilterSelection(.random, fraction: 0.5, scope: seed % 2 == 0 ? .layer : .global)
        (selection.seed, selection.keepAtLeast) = (seed, 1 + Int(seed % 3))
        let protected = Set(graph.layers.filter { _ in random.uniform() < 0.1 }.map(LayerKey.init)),
            multiple = [1, 2, 4][Int(seed % 3)]
        let request = CutRequest(
            criteria: seed % 4 == 0 ? [.unread] : [], selection: selection, protected: protected, multiple: multiple)
        let audit = Audit(CutPlan(graph, request))
        var silent = graph, cut = 0, ties = ChannelTies(graph, ChannelWiring(graph))
        for layer in audit.layers {
            let gone = layer.chosen.filter(layer.removable.contains), kept = layer.bank.filters - layer.removable.count
            cut += gone.count
            if protected.contains(LayerKey(graph.layers[layer.bank.layer])), !layer.removable.isEmpty {
                throw GraphProperties.Violation("'\(layer.bank.name)' is protected and lost \(layer.removable)")
            }
            if !gone.isEmpty, kept < selection.keepAtLeast {
                throw GraphProperties.Violation("'\(layer.bank.name)' keeps \(kept) of \(layer.bank.filters)")
            }
            let next = (kept + multiple - 1) / multiple * multiple
            // Filters that go together only may not add up to a multiple.
            let isFree =
                Set((0..<layer.bank.filters).map { ties.set(of: ChannelID(layer.bank.output, $0)) }).count
                == layer.bank.filters
            if isFree, !layer.removable.isEmpty, kept > 0, kept != next, next <= layer.bank.filters {
                throw GraphProperties.Violation(
                    "'\(layer.bank.name)' keeps \(kept) of \(layer.bank.filters), no multiple of \(multiple)")
            }
        }
        for (tensor, channels) in Self.silenced(audit.plan) {
            silent.silence(channels, of: tensor, axis: ChannelWiring(graph).axes[tensor])
        }
        try silent.inferShapes()
        let before = try GraphProperties(silent, sized: maker.sized, &random)
        guard before.isFinite else { return cut }
        let network = try Network(audit.plan.rewrite().graph, options: NetworkOptions(threads: 1))
        for run in before.runs {
            for (a, b) in zip(run.outputs, try network.run(run.inputs)) {
                let range = max(0.1, a.elements.map(abs).max() ?? 0),
                    error = zip(a.elements, b.elements).map { abs($0 - $1) }.max() ?? 0
                if !(error <= 1e-4 * range) {
                    throw GraphProperties.Violation("deviates by \(error) of \(range)\n\(graph.text)")
                }
            }
        }
        return cut
    }
}

extension RandomSelectionTests {
    /// For each tensor the chosen channels of which nothing is known but that they were chosen.
    private static func silenced(_ plan: SurgeryPlan) -> [(TensorID, [Int])] {
        var criteria = plan.criteria
        criteria.chosen = [:]
        let known = SurgeryPlan(plan.dense, criteria).values
        let silent = plan.criteria.chosen.keys.filter { known[$0.tensor][$0.channel] == .alive }
        return Dictionary(grouping: silent, by: \.tensor).mapValues { $0.map(\.channel) }.sorted { $0.key < $1.key }
    }
}

extension Graph {
    /// Lets all that read a tensor read it with some channels set to 0.
    fileprivate mutating func silence(_ channels: [Int], of tensor: TensorID, axis: Int?) {
        // Between the reshapes of a shuffle, channels have no axis of their own; what is 0 before is 0 there.
        guard let axis, let producer = nodes.firstIndex(where: { $0.outputs.contains(tensor) }),
            let count = shapes[tensor]?[axis]
        else { return }
        let ones = Tensor(shape: [count], repeating: 1), zeros = Tensor(shape: [count])
        var mask = ones
        for channel in channels { mask[channel] = 0 }
        layers.append(
            Layer(
                name: "silence_\(layers.count)",
                operation: .batchNormalization(BatchNormalization(axis: axis, epsilon: 0)),
                weights: [
                    Weight(.gamma, mask), Weight(.beta, zeros), Weight(.movingMean, zeros),
                    Weight(.movingVariance, ones),
                ]))
        shapes.append(shapes[tensor])
        let silent = shapes.lastID
        for node in nodes.indices { nodes[node].inputs = nodes[node].inputs.map { $0 == tensor ? silent : $0 } }
        nodes.insert(Node(layer: layers.lastID, inputs: [tensor], outputs: [silent]), at: nodes.index(after: producer))
    }
}
