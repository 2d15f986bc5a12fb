import Foundation
import Graphs
import Tensors
import TestSupport
import Testing
@testable import Surgery

/// DEADWOOD_CHAINS says how many chains are tried (400).
@Suite("A second cut") struct SecondCutTests {
    /// Nonzero constants under zero padding, blurred by `multiplier` kernels for each channel.
    private func chain(_ seed: UInt64, multiplier: Int, format: DataFormat) throws -> Graph {
        let make = GraphMaker(seed: seed, format: format), channels = 6 + Int(seed % 5)
        var random = SeededGenerator(seed: seed)
        func dead(_ count: Int, _ share: Float) -> [Int: Float] {
            Dictionary(
                uniqueKeysWithValues: (0..<count).filter { _ in random.chance(share) }.map {
                    ($0, random.uniform() * 2 - 1)
                })
        }
        let x = try make.add(
            .activation(.sigmoid), [make.norm(make.conv(make.input(6, 7, 3), channels), dead: dead(channels, 0.6))])
        var y = try make.norm(make.depthwise(x, multiplier: multiplier), dead: dead(channels * multiplier, 0.1))
        if seed % 3 != 0 { y = try make.relu(y) }
        let first = try make.conv(y, 4, seed % 2 == 0 ? 3 : 1, bias: true)
        if seed % 4 != 0 { return try make.finished(make.conv(make.relu(first), 2)) }
        return try make.finished(
            first, make.conv(make.merge(.add, [y, make.norm(make.depthwise(x, multiplier: multiplier))]), 3))
    }

    @Test(
        "removes nothing, whatever had to carry what", arguments: [1, 2, 3, 4],
        [DataFormat.channelsLast, .channelsFirst])
    func nothingMore(multiplier: Int, format: DataFormat) throws {
        let count = ProcessInfo.processInfo.environment["DEADWOOD_CHAINS"].flatMap { UInt64($0) } ?? 100
        var carriers = 0, failures = 0
        for seed in 1...count where failures < 5 {
            let graph = try chain(seed, multiplier: multiplier, format: format)
            var random = SeededGenerator(seed: seed)
            do {
                let properties = try GraphProperties(graph, sized: graph, &random)
                let plan = try properties.check(Criteria(), tolerance: 1e-5)
                try properties.checkIdempotence(Criteria())
                let firsts = graph.nodes.map { $0.outputs[0] }
                carriers += firsts.reduce(0) { sum, tensor in
                    sum + plan.kept[tensor].count { plan.values[tensor][$0].isProven }
                }
            } catch {
                Issue.record("seed \(seed): \(error)")
                failures += 1
            }
        }
        #expect(carriers > Int(count))
    }
}
