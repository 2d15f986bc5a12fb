import Foundation
import Testing
@testable import Benchmarks

@Suite struct Measuring {
    let options = MeasurementOptions(warmup: 0, seconds: 0, minimumRounds: 3)

    @Test("Contenders take turns, the order reversed every other round, after two rounds of warm-up")
    func turns() throws {
        var log = ""
        let measurement = try LatencyMeasurement.measure(
            [Contender(name: "a") { log += "a" }, Contender(name: "b") { log += "b" }], options)
        #expect(log == "abab" + "ab" + "ba" + "ab")
        #expect(measurement.names == ["a", "b"])
        #expect(measurement.samples.map(\.count) == [3, 3])
        #expect(measurement.samples.joined().allSatisfy { $0 > 0 })
    }

    @Test("A run that fails ends the measurement")
    func failure() {
        struct Broken: Error {}
        #expect(throws: Broken.self) {
            try LatencyMeasurement.measure([Contender(name: "a") { throw Broken() }], options)
        }
    }
}

@Suite struct Results {
    let machine = MachineDescription(cpu: "c", cores: 2, memoryBytes: 3, instructions: "AVX2", kernel: "k", os: "o")

    private func result(_ samples: [[Double]]) -> BenchmarkResult {
        var result = BenchmarkResult(machine: machine)
        let names = ["dense", "compact", "smaller"].prefix(samples.count)
        result.add(
            LatencyMeasurement(names: Array(names), samples: samples), peakBytes: [5, nil, 7], batch: 8, threads: 2,
            seed: 1)
        return result
    }

    @Test("Each contender has a run, each but the first a speedup over the first")
    func figures() {
        let result = result([[4, 4, 4], [2, 2, 2], [1, 1, 1]])
        #expect(result.runs.map(\.model) == ["dense", "compact", "smaller"])
        #expect(result.runs.map(\.imagesPerSecond) == [2000, 4000, 8000])
        #expect(result.runs.map(\.peakBytes) == [5, nil, 7])
        #expect(result.ratios.map(\.model) == ["compact", "smaller"])
        #expect(result.ratios.map(\.against) == ["dense", "dense"])
        #expect(result.ratios.map(\.speedup) == [2, 4])
        #expect(result.ratios.map(\.ci95) == [[2, 2], [4, 4]])
        #expect(result.warnings == [])
    }

    @Test("A wide spread and an uncertain ratio are warned of, with the remedy")
    func noise() {
        let calm = Array(repeating: 1.0, count: 20),
            noisy = Array(repeating: 1.0, count: 10) + (1...10).map { 1 + Double($0) / 10 }
        let warnings = result([calm, noisy]).warnings
        #expect(warnings.count == 2)
        #expect(warnings.first?.hasPrefix("compact, batch 8, threads 2: a tenth of the runs took over") == true)
        #expect(warnings.last?.hasSuffix("measure longer with --seconds") == true)
    }

    @Test("The JSON has the keys that others rely on, and reads back")
    func json() throws {
        var result = result([[4, 4], [2, 2]])
        result.models = [.init(model: "dense", parameters: 1, macs: 2, fileBytes: 3)]
        let data = try JSONEncoder().encode(result)
        #expect(try JSONDecoder().decode(BenchmarkResult.self, from: data) == result)

        let object = try #require(JSONSerialization.jsonObject(with: data) as? [String: Any])
        #expect(object.keys.sorted() == ["machine", "models", "ratios", "runs", "schema", "warnings"])
        #expect(object["schema"] as? Int == 1)
        let run = try #require((object["runs"] as? [[String: Any]])?.first)
        #expect(
            run.keys.sorted() == ["batch", "imagesPerSecond", "latencyMs", "model", "peakBytes", "spread", "threads"])
        #expect((run["latencyMs"] as? [String: Any])?.keys.sorted() == ["ci95", "mean", "median", "min", "p90", "p99"])
        let ratio = try #require((object["ratios"] as? [[String: Any]])?.first)
        #expect(ratio.keys.sorted() == ["against", "batch", "ci95", "model", "speedup", "threads"])
    }
}

@Suite struct Machines {
    @Test("Values are found by the exact key and come without quotation marks")
    func values() {
        let text = "model\t\t: 85\nmodel name\t: A: fast one\nmodel name\t: B\n"
        #expect(MachineDescription.value(of: "model name", separator: ":", in: text) == "A: fast one")
        #expect(
            MachineDescription.value(of: "PRETTY_NAME", separator: "=", in: "NAME=x\nPRETTY_NAME=\"An OS 13\"\n")
                == "An OS 13")
        #expect(MachineDescription.value(of: "speed", separator: ":", in: text) == nil)
    }

    @Test(
        "The kernel's kilobytes have 1,024 bytes; nonsense is nothing",
        arguments: [
            ("1234 kB", 1_263_616), ("12 MB", nil), ("x kB", nil), ("-1 kB", nil), ("9223372036854775807 kB", nil),
        ] as [(String, Int?)])
    func bytes(text: String, expected: Int?) { #expect(MachineDescription.bytes(text) == expected) }

    @Test("This machine has a processor, memory, and a process that holds some")
    func current() {
        let machine = MachineDescription.current()
        #expect(
            machine.cores > 0 && machine.memoryBytes > 1 << 20 && !machine.kernel.isEmpty && !machine.os.isEmpty
                && !machine.cpu.isEmpty)
        #if os(Linux)
        #expect((MachineDescription.processPeakBytes ?? 0) > 1 << 20)
        #endif
    }
}
