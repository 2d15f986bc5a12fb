import Foundation
import Graphs
import Tensors
import Testing
@testable import Surgery

/// DEADWOOD_GRAPHS says how many graphs are tried (1000), DEADWOOD_SEED where the seeds begin (1).
@Suite("Surgery on random graphs") struct RandomGraphTests {
    @Test(
        "Whatever the graph: the cut one answers alike, is no larger, and has nothing more to cut",
        arguments: [false, true])
    func everyGraph(regroups: Bool) throws {
        let environment = ProcessInfo.processInfo.environment
        let count = environment["DEADWOOD_GRAPHS"].flatMap { Int($0) } ?? 1000,
            start = environment["DEADWOOD_SEED"].flatMap { UInt64($0) } ?? 1
        var tally = DeathTally(), failures = 0
        for seed in start..<(start + UInt64(count)) {
            guard let failure = Self.examine(seed, regroups: regroups, tally: &tally) else { continue }
            Issue.record("\(Self.shrunk(seed, regroups: regroups, failure))")
            failures += 1
            if failures == 5 { break }
        }
        print(tally.text)
    }

    /// What is wrong with the cuts of a graph; nil where nothing is.
    private static func examine(_ seed: UInt64, steps: Int = .max, regroups: Bool, tally: inout DeathTally) -> String? {
        var check = ""
        do {
            check = "generation"
            let maker = try RandomGraph(seed: seed, steps: steps, regroups: regroups)
            var random = SeededGenerator(seed: seed)
            let properties = try GraphProperties(maker.graph, sized: maker.sized, &random)
            guard properties.isFinite else { tally.skipped += 1; return nil }
            var alone = (scale: Criteria.none, weight: Criteria.none, unread: Criteria.none)
            (alone.scale.scale, alone.weight.weight, alone.unread.unread) = (1e-3, 1e-8, true)
            check = "proven only"
            let proven = try properties.check(Criteria().provenOnly, tolerance: 1e-5)
            guard proven.isExact else { throw GraphProperties.Violation("what is proven counts as inexact") }
            check = "proven only, reasons"
            try properties.checkReasons(proven)
            check = "default"
            let plan = try properties.check(Criteria(), tolerance: 1e-4)
            for (name, criteria) in [("scale", alone.scale), ("weight", alone.weight), ("unread", alone.unread)] {
                check = name
                try properties.check(criteria, tolerance: 1e-4)
            }
            check = "observed"
            try properties.check(properties.observing(), tolerance: 1e-4, runs: 1)
            check = "determinism"
            try properties.checkDeterminism(Criteria())
            check = "idempotence"
            try properties.checkIdempotence(Criteria().provenOnly)
            tally.add(maker, plan, seed, properties.runs.count)
            return nil
        } catch {
            return "\(check): \(error)"
        }
    }

    /// The failure of the smallest beginning of a graph that fails, with the graph.
    private static func shrunk(_ seed: UInt64, regroups: Bool, _ failure: String) -> String {
        for steps in 1...14 {
            var tally = DeathTally()
            if let failure = examine(seed, steps: steps, regroups: regroups, tally: &tally),
                let maker = try? RandomGraph(seed: seed, steps: steps, regroups: regroups)
            {
                return "seed \(seed), \(steps) steps: \(failure)\n\(maker.graph.text)"
            }
        }
        return "seed \(seed): \(failure)"
    }
}

/// What became of the channels that were made to be dead.
struct DeathTally {
    var skipped = 0
    private var graphs = 0
    private var sizes = 0
    private var born: [PlantedDeath.Kind: Int] = [:]
    private var cut: [PlantedDeath.Kind: Int] = [:]
    private var kept: [String: (count: Int, seeds: [String])] = [:]

    mutating func add(_ maker: RandomGraph, _ plan: SurgeryPlan, _ seed: UInt64, _ sizes: Int) {
        if maker.traits.format == nil { return }
        graphs += 1
        self.sizes += sizes
        for death in maker.planted where death.channel < plan.channelCount(death.tensor) {
            born[death.kind, default: 0] += 1
            if plan.removed(from: death.tensor).contains(death.channel) {
                cut[death.kind, default: 0] += 1
            } else {
                let reason = plan.reason(for: ChannelID(death.tensor, death.channel))
                let quoted = reason.description.components(separatedBy: "'"),
                    layer = quoted.count > 1 ? quoted[1].prefix { $0 != "_" } : ""
                let name = "\(death.kind.rawValue): \(reason.category) \(layer)"
                kept[name, default: (0, [])].count += 1
                if kept[name, default: (0, [])].seeds.count < 6 {
                    kept[name]?.seeds.append("\(seed)/\(death.tensor).\(death.channel)")
                }
            }
        }
    }

    var text: String {
        var lines = ["\(graphs) graphs on \(sizes) sizes, \(skipped) skipped"]
        for kind in PlantedDeath.Kind.allCases {
            lines.append("\(kind.rawValue): \(cut[kind] ?? 0) of \(born[kind] ?? 0) cut")
        }
        for (name, entry) in kept.sorted(by: { $0.value.count > $1.value.count }) {
            lines.append("  kept \(entry.count)  \(name)  \(entry.seeds.joined(separator: " "))")
        }
        return lines.joined(separator: "\n")
    }
}

extension Graph {
    /// One line for every call: what is called on what, and what it makes.
    var text: String {
        let plan = SurgeryPlan(self)
        let lines = nodes.map { node -> String in
            let layer = layers[node.layer], output = node.outputs[0]
            let constants = plan.values[output].enumerated().compactMap { channel, value in
                value.proof.map {
                    "\(channel): \(value.constant.map { "\(Float($0))" } ?? "map")\($0 == .proven ? "" : "~")"
                }
            }
            return
                "t\(output) = \(layer.name)(\(node.inputs.map { "t\($0)" }.joined(separator: ", "))) \(shapes[output]?.text ?? "?") "
                + "\(layer.operation) removed \(plan.removed(from: output)) constants [\(constants.joined(separator: ", "))]"
        }
        return (lines + ["outputs \(outputs)"]).joined(separator: "\n")
    }
}
