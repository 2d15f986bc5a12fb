import Testing
@testable import Benchmarks

@Suite("The fastest of several models") struct FastestTests {
    private func result(_ models: [(String, [(speedup: Double, low: Double)])]) -> BenchmarkResult {
        var result = BenchmarkResult(
            machine: .current(),
            models: (["first"] + models.map(\.0)).map { .init(model: $0, parameters: 1, macs: 1, fileBytes: 1) })
        for (name, ratios) in models {
            for (index, ratio) in ratios.enumerated() {
                result.ratios.append(
                    .init(
                        model: name, against: "first", batch: index + 1, threads: 1, speedup: ratio.speedup,
                        ci95: [ratio.low, 4 * ratio.speedup]))
            }
        }
        return result
    }

    @Test("Speedups of several conditions are averaged as ratios are")
    func overall() throws {
        let found = try #require(result([("a", [(4, 2), (1, 0.5)])]).overall("a"))
        #expect(abs(found.speedup - 2) < 1e-12 && abs(found.ci95[0] - 1) < 1e-12 && abs(found.ci95[1] - 8) < 1e-12)
        #expect(result([]).overall("first") == nil)
    }

    @Test("The largest speedup that is sure wins; without one, the first model")
    func fastest() {
        #expect(result([("a", [(1.2, 1.1)]), ("b", [(1.5, 1.3)]), ("c", [(2, 0.9)])]).fastest == 2)
        #expect(result([("a", [(1.2, 0.99)]), ("b", [(0.5, 0.4)])]).fastest == 0)
        #expect(result([]).fastest == 0)
    }
}
