import Graphs
import Networks
import Sparsity
import Tensors
@testable import Surgery

/// What must hold of every cut of every graph; each check throws `Violation` with a sentence.
struct GraphProperties {
    let graph: Graph
    /// Inputs of the sizes that the graph can be run on, with all that it makes of them.
    private(set) var runs: [Run] = []
    private let options = NetworkOptions(threads: 1, backend: .openblas, fuses: false)

    struct Run {
        let inputs: [Tensor]
        let outputs: [Tensor]
    }

    struct Violation: Error, CustomStringConvertible {
        let description: String
        init(_ description: String) { self.description = description }
    }

    /// Runs the graph on random inputs: as long as `sized` has them, and where the graph leaves axes open of other
    /// lengths.
    init(_ graph: Graph, sized: Graph, _ random: inout SeededGenerator) throws {
        self.graph = graph
        let network = try Network(graph, options: options)
        let isOpen = graph.inputs.contains { graph.shapes[$0]?.contains(nil) ?? false }
        for change in isOpen ? [0, 1, 3, -2] : [0] {
            let inputs = graph.inputs.map { tensor -> Tensor in
                let shape = zip(graph.shapes[tensor] ?? [], sized.shapes[tensor] ?? []).map { open, known in
                    open ?? max(1, (known ?? 1) + change)
                }
                return Tensor(
                    shape: [2] + shape, (0..<Tensor.count(of: [2] + shape)).map { _ in random.uniform() * 4 - 2 })
            }
            do { runs.append(Run(inputs: inputs, outputs: try network.run(inputs))) } catch {
                if change == 0 { throw error }
            }
        }
    }

    /// Whether the graph's answers can be compared at all.
    var isFinite: Bool {
        runs.allSatisfy {
            $0.outputs.allSatisfy { $0.withSpan { x in x.indices.allSatisfy { x[$0].isFinite && abs(x[$0]) < 1e6 } } }
        }
    }

    /// Cuts by `criteria` and checks all there is to check; returns the plan. `runs`: how many of the sizes count.
    @discardableResult
    func check(_ criteria: Criteria, tolerance: Double, runs count: Int = .max) throws -> SurgeryPlan {
        let plan = SurgeryPlan(graph, criteria)
        let compact = try plan.rewrite().graph
        guard compact.parameters <= graph.parameters else {
            throw Violation("\(graph.parameters) parameters grew to \(compact.parameters)")
        }
        for tensor in compact.shapes.indices where (compact.shapes[tensor] ?? []).contains(0) {
            throw Violation("tensor \(tensor) is empty")
        }
        let network = try Network(compact, options: options)
        for run in runs.prefix(count) {
            for (index, (before, after)) in zip(run.outputs, try network.run(run.inputs)).enumerated() {
                let error = Self.error(before, after)
                if !(error <= tolerance) {
                    throw Violation(
                        "output \(index) deviates by \(error) on inputs \(run.inputs.map(\.shape)), \(plan.isExact ? "exact" : "not exact")"
                    )
                }
            }
        }
        return plan
    }

    /// The largest difference, relative to the largest value; values below 0.1 count as 0.1.
    private static func error(_ a: Tensor, _ b: Tensor) -> Double {
        guard a.shape == b.shape else { return .infinity }
        var difference = 0.0, range = 0.1
        for (x, y) in zip(a.elements, b.elements) {
            guard y.isFinite else { return .infinity }
            difference = max(difference, abs(Double(x) - Double(y)))
            range = max(range, abs(Double(x)))
        }
        return difference / range
    }

    /// The same plan and the same bits a second time.
    func checkDeterminism(_ criteria: Criteria) throws {
        let first = try SurgeryPlan(graph, criteria).rewrite(), second = try SurgeryPlan(graph, criteria).rewrite()
        guard first.selections == second.selections else { throw Violation("a second plan cuts otherwise") }
        for (a, b) in zip(first.graph.layers, second.graph.layers)
        where zip(a.weights, b.weights).contains(where: { $0.tensor != $1.tensor }) {
            throw Violation("a second rewrite gives '\(a.name)' other weights")
        }
    }

    /// Nothing more is found in what a cut left, unless a branch is left with nothing but zeros, which goes as a whole.
    func checkIdempotence(_ criteria: Criteria) throws {
        let plan = SurgeryPlan(graph, criteria), compact = try plan.rewrite().graph
        let again = SurgeryPlan(compact, criteria)
        guard again.sums.removals.isEmpty, again.sums.dropped.isEmpty else { return }
        for tensor in compact.shapes.indices {
            let more = again.removed(from: tensor)
            if !more.isEmpty {
                throw Violation(
                    "a second cut takes channels \(more) more from tensor \(tensor), first \(plan.removed(from: tensor))"
                )
            }
        }
    }

    /// A channel that stays although it and all that it is tied to are proven to be constant has a reason beyond being
    /// read. (A layer's only channel always stays.)
    func checkReasons(_ plan: SurgeryPlan) throws {
        let wiring = ChannelWiring(graph)
        var ties = ChannelTies(graph, wiring), living: Set<Int> = []
        for tensor in graph.shapes.indices {
            for channel in 0..<wiring.counts[tensor]
            where wiring.counts[tensor] == 1 || !plan.values[tensor][channel].isProven {
                living.insert(ties.set(of: ChannelID(tensor, channel)))
            }
        }
        for tensor in graph.shapes.indices {
            let going = Set(plan.removed(from: tensor))
            for channel in 0..<wiring.counts[tensor]
            where !going.contains(channel) && !living.contains(ties.set(of: ChannelID(tensor, channel))) {
                if case let .read(layer) = plan.reason(for: ChannelID(tensor, channel)) {
                    throw Violation(
                        "channel \(channel) of tensor \(tensor) is constant, and stays because '\(layer)' reads it")
                }
            }
        }
    }

    /// Criteria that hold every channel to be constant that was seen to be constant in the first run.
    func observing() throws -> Criteria {
        var criteria = Criteria()
        let wiring = ChannelWiring(graph),
            tensors = graph.shapes.indices.filter { wiring.counts[$0] > 0 && !graph.inputs.contains($0) }
        let taps = try Network(graph, taps: tensors, options: options).run(runs[0].inputs).dropFirst(
            graph.outputs.count)
        for (tensor, tap) in zip(tensors, taps) {
            guard let axis = wiring.axes[tensor] else { continue }
            let inner = tap.shape[(axis + 2)...].reduce(1, *), count = wiring.counts[tensor]
            var first = [Float?](repeating: nil, count: count), isConstant = [Bool](repeating: true, count: count)
            tap.withSpan { values in
                for position in values.indices {
                    let channel = position / inner % count
                    if let value = first[channel], value != values[position] { isConstant[channel] = false }
                    first[channel] = values[position]
                }
            }
            for channel in 0..<count where isConstant[channel] {
                criteria.observed[ChannelID(tensor, channel)] = first[channel].map(Double.init)
            }
        }
        return criteria
    }
}
