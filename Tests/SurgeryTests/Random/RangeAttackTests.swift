import Datasets
import Foundation
import Graphs
import Networks
import Sparsity
import Tensors
import TestSupport
import Testing
@testable import Surgery

/// DEADWOOD_GRAPHS says how many graphs are tried (400), DEADWOOD_SEED where the seeds begin (1).
@Suite("Ranges under attack") struct RangeAttackTests {
    @Test("Whatever the graph: no image inside a box drives a channel out of its interval, or wakes a silent one")
    func everyGraph() throws {
        let environment = ProcessInfo.processInfo.environment
        let count = environment["DEADWOOD_GRAPHS"].flatMap { Int($0) } ?? 400,
            start = environment["DEADWOOD_SEED"].flatMap { UInt64($0) } ?? 1
        var tally = (tensors: 0, bounded: 0, channels: 0, silent: 0, attacked: 0, tightened: 0, kinds: Set<String>()),
            failures = 0
        for seed in start..<(start + UInt64(count)) {
            do {
                let maker = try RandomGraph(seed: seed, regroups: seed % 3 == 0)
                var attack = try RangeAttack(maker, seed: seed)
                try attack.run()
                tally.tensors += attack.tensors.count
                tally.bounded += attack.boundedTensors
                tally.channels += attack.channels
                tally.silent += attack.silent
                tally.attacked += attack.attacked
                tally.tightened += attack.tightened
                tally.kinds.formUnion(maker.sized.layers.map { $0.operation.kind.name })
            } catch let violation as GraphProperties.Violation {
                Issue.record("seed \(seed): \(violation)")
                failures += 1
                if failures == 5 { break }
            }
        }
        print(
            "\(tally.bounded) of \(tally.tensors) tensors bounded, \(tally.silent) of \(tally.channels) channels silent, \(tally.tightened) tightened, \(tally.attacked) climbed, kinds: \(tally.kinds.sorted().joined(separator: " "))"
        )
        #expect(tally.bounded * 10 > tally.tensors * 9 && tally.silent > 0 && tally.tightened > 0)
    }
}

/// Images inside a box against what is proven of it.
private struct RangeAttack {
    let graph: Graph
    let box: InputBox
    let ranges: ProvenRanges
    let tensors: [TensorID]
    private var random: SeededGenerator
    private(set) var attacked = 0
    /// The channels that linear relaxation told more of than intervals.
    let tightened: Int
    private let wiring: ChannelWiring
    private let network: Network

    init(_ maker: RandomGraph, seed: UInt64) throws {
        graph = maker.sized
        random = SeededGenerator(seed: seed &* 77)
        // What holds for all sizes holds for these; where sizes are open, channels may lie along another axis.
        let proven = seed % 2 == 0 ? maker.graph : graph
        wiring = ChannelWiring(proven)
        var draws = random
        box = InputBox(
            graph.inputs.map { [wiring] tensor in
                let count = draws.below(2) == 0 ? 1 : max(1, wiring.counts[tensor])
                let ends = (0..<count).map { _ -> [Float] in
                    let scale: Float = draws.pick([0.1, 1, 4, 100]), low = (draws.uniform() * 2 - 1) * scale
                    return [low, low + draws.uniform() * scale]
                }
                return InputRange(lowest: ends.map { $0[0] }, highest: ends.map { $0[1] })
            })
        random = draws
        ranges = ProvenRanges(proven, in: box, relaxingOn: 2)
        let plain = ProvenRanges(proven, in: box), relaxed = ranges
        tensors = graph.nodes.flatMap(\.outputs)
        tightened = tensors.reduce(0) { count, tensor in
            count + zip(relaxed.intervals[tensor], plain.intervals[tensor]).count { $0 != $1 }
        }
        let options = NetworkOptions(
            threads: 1, backend: random.pick([.native, .openblas]),
            convolutions: random.pick([.fastest, .direct]), fuses: random.below(2) == 0)
        network = try Network(graph, taps: options.fuses ? [] : tensors, options: options)
    }

    var boundedTensors: Int { tensors.count { ranges.intervals[$0].allSatisfy(\.isBounded) } }
    var channels: Int { tensors.reduce(0) { $0 + ranges.intervals[$1].count } }
    var silent: Int { ranges.silent.count }

    private func image(_ kind: Int, _ tensor: TensorID, _ range: InputRange) -> [Float] {
        var random = random
        for _ in 0..<kind { _ = random.next() }
        let shape = (graph.shapes[tensor] ?? []).map { $0 ?? 1 }, axis = wiring.axes[tensor] ?? shape.count
        let inner = shape.dropFirst(axis + 1).reduce(1, *), channels = shape.indices.contains(axis) ? shape[axis] : 1
        return (0..<shape.reduce(1, *)).map { place in
            let ends = range[range.channels == 1 ? 0 : place / inner % channels]
            return switch kind {
            case 0: ends.lowerBound
            case 1: ends.upperBound
            case 2, 3, 4: random.below(2) == 0 ? ends.lowerBound : ends.upperBound
            default: min(ends.upperBound, ends.lowerBound + random.uniform() * (ends.upperBound - ends.lowerBound))
            }
        }
    }

    /// Random images, tones and corners; then some channels are driven up and down pixel by pixel.
    mutating func run() throws {
        let shapes = graph.inputs.map { (graph.shapes[$0] ?? []).map { $0 ?? 1 } }, count = 8
        var inputs: [Tensor] = []
        for (index, tensor) in graph.inputs.enumerated() {
            guard let range = box.inputs[index] else { return }
            inputs.append(
                Tensor(shape: [count] + shapes[index], (0..<count).flatMap { image($0, tensor, range) }))
        }
        try check(inputs)
        for _ in 0..<3 { try climb() }
    }

    private func check(_ inputs: [Tensor]) throws {
        let results = try network.run(inputs)
        let named = graph.outputs + (results.count > graph.outputs.count ? tensors : [])
        for (tensor, result) in zip(named, results) {
            let own = ranges.intervals[tensor], shape = graph.shapes[tensor] ?? []
            // Channels along two axes are told apart by neither.
            let intervals = wiring.axes[tensor] == nil ? [own.joined] : own
            let axis = intervals.count > 1 || wiring.counts[tensor] == 1 ? wiring.axes[tensor] : nil
            let inner = axis.flatMap { elementCount(shape[($0 + 1)...]) } ?? 1
            for (place, value) in result.elements.enumerated() {
                let channel = axis == nil ? 0 : place / inner % intervals.count
                if intervals[channel].contains(Double(value)) { continue }
                let maker = graph.producers[tensor].map { graph.layer(of: $0) }
                throw GraphProperties.Violation(
                    "\(value) in channel \(channel) of t\(tensor) (\(maker?.name ?? "")) is outside \(intervals[channel])\n\(graph.text)"
                )
            }
        }
    }

    /// Drives one output's element up: every pixel goes to the end that helps, all at once, a few times over.
    private mutating func climb() throws {
        guard graph.inputs.count == 1, let range = box.inputs[0], let tensor = graph.inputs.first else { return }
        let shape = (graph.shapes[tensor] ?? []).map { $0 ?? 1 }, size = shape.reduce(1, *)
        guard size <= 128 else { return }
        attacked += 1
        let low = image(0, tensor, range), high = image(1, tensor, range)
        let output = random.below(graph.outputs.count), sign: Float = random.below(2) == 0 ? 1 : -1
        var current = image(2 + random.below(5), tensor, range), element: Int?
        for _ in 0..<3 {
            var images = current
            for pixel in 0..<size {
                var changed = current
                changed[pixel] = current[pixel] == high[pixel] ? low[pixel] : high[pixel]
                images += changed
            }
            let inputs = [Tensor(shape: [size + 1] + shape, images)]
            try check(inputs)
            let result = try network.run(inputs)[output], width = result.count / (size + 1)
            if width == 0 { return }
            let place = element ?? random.below(width)
            element = place
            for pixel in 0..<size where (result[(pixel + 1) * width + place] - result[place]) * sign > 0 {
                current[pixel] = current[pixel] == high[pixel] ? low[pixel] : high[pixel]
            }
        }
        try check([Tensor(shape: [1] + shape, current)])
    }
}

extension [Interval] {
    /// One that holds all of them.
    fileprivate var joined: Interval {
        Interval(map(\.lower).min() ?? -.infinity, map(\.upper).max() ?? .infinity)
    }
}
