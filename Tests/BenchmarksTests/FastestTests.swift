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
        #expect(
            result([("a", [(1.2, 1.1)]), ("b", [(1.5, 1.3)]), ("c", [(2, 0.9)])]).fastest(of: ["first", "a", "b", "c"])
                == 2)
        #expect(result([("a", [(1.2, 0.99)]), ("b", [(0.5, 0.4)])]).fastest(of: ["first", "a", "b"]) == 0)
        #expect(result([]).fastest(of: ["first"]) == 0)
        // Others that were measured do not count.
        #expect(result([("a", [(1.2, 1.1)]), ("b", [(1.5, 1.3)])]).fastest(of: ["first", "a"]) == 1)
    }

    @Test("A model is surely faster where the intervals are apart")
    func sure() {
        // The upper ends are four times the speedups.
        let result = result([("a", [(8, 5)]), ("b", [(1.2, 1.1)]), ("c", [(0.2, 0.1)])])
        #expect(result.isSurelyFaster("a", than: "b") && result.isSurelyFaster("first", than: "c"))
        #expect(!result.isSurelyFaster("b", than: "a") && !result.isSurelyFaster("b", than: "b"))
        #expect(result.isSurelyFaster("b", than: "first") && !result.isSurelyFaster("first", than: "b"))
    }

    @Test("Times of layers are parts of the reference's whole time, added up over conditions")
    func layers() {
        var result = result([("a", [])])
        let latency = Latency(samples: [1], seed: 1)
        for batch in [1, 2] {
            for (model, times) in [("first", [1.0, 3]), ("a", [2.0, 1])] {
                result.runs.append(
                    .init(
                        model: model, batch: batch, threads: 1, latencyMs: latency, imagesPerSecond: 1, peakBytes: nil))
                for (layer, time) in zip(["x", "y"], times) {
                    let time = BenchmarkResult.LayerTime(
                        model: model, batch: batch, threads: 1, layer: layer, kernel: "k",
                        medianMs: time * Double(batch))
                    result.layers = (result.layers ?? []) + [time]
                }
            }
        }
        #expect(result.relativeTime(of: ["x"], in: "a", against: "first") == 1)
        #expect(result.relativeTime(of: ["x", "y"], in: "first", against: "first") == 2)
        #expect(result.relativeTime(of: ["z"], in: "a", against: "first") == 0)
    }
}
