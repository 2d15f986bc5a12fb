import Datasets
import Foundation
import TestSupport
import Testing
import Training
@testable import Experiments

/// A row of the first table on a few hundred small images.
@Suite struct ReproductionTests {
    private let folder = TemporaryFolder()
    private let labels = ["adam-l2-1e-3", "adam-none"]

    /// Two hundred images whose class is the place of a bright row; the test images are the first forty.
    private func data(classes: Int = 10) throws -> TrainingData {
        let count = 200
        let pixels = (0..<count * 300).map { index -> Double in
            let image = index / 300, row = index % 300 / 30
            return Double((row == image % classes ? 200 : 20) + (index * 7919 + image) % 50)
        }
        let path = try folder.hdf5("data.h5") { root in
            for (name, count) in [("train", count), ("test", 40)] {
                try root.add("x_\(name)", [count, 10, 10, 3], Array(pixels.prefix(count * 300)))
                try root.add("y_\(name)", [count], (0..<count).map { Double($0 % classes) })
            }
        }
        return try TrainingData.open(.hdf5, path: path)
    }

    private func reproduction(
        _ data: TrainingData, _ name: String, seeds: [UInt64] = [0], epochs: [Int] = [2, 1], overwrite: Bool = false
    ) throws -> Reproduction {
        let options = Reproduction.Options(
            folder: folder.file(name), scaling: Scaling(width: 1 / 32, epochs: epochs), seeds: seeds, threads: 1,
            overwrite: overwrite)
        try FileManager.default.createDirectory(atPath: options.folder, withIntermediateDirectories: true)
        return try Reproduction(.named("table1-cifar10"), rows: labels, data: data, options: options)
    }

    private func finished(_ reproduction: Reproduction) throws -> [RowResult] {
        let results = try reproduction.run()
        return try #require(results)
    }

    @Test("An interrupted experiment goes on where it stopped, and ends with the bytes of one that was not")
    func resumption() throws {
        let data = try data(), whole = try finished(reproduction(data, "whole"))
        #expect(whole.map(\.row) == labels && whole.allSatisfy { $0.steps == 15 && $0.history.count == 3 })

        // Stopped in the second epoch of the first row, then in the first of the second, then not.
        var results: [RowResult]?, begun: [String] = []
        for steps in [7, 10, Int.max] {
            var asked = 0
            results = try reproduction(data, "parts").run(shouldStop: {
                asked += 1; return asked > steps
            }) {
                if case let .begin(row, _, _, _) = $0 { begun.append(row) }
            }
            #expect((results == nil) == (steps != .max))
            #expect(folder.exists("parts/table1-cifar10-adam-l2-1e-3-seed0.h5.training") == (steps == 7))
        }
        #expect(results == whole)
        #expect(begun == ["adam-l2-1e-3", "adam-l2-1e-3", "adam-none", "adam-none"])
        for label in labels {
            for ending in ["h5", "json"] {
                let name = "table1-cifar10-\(label)-seed0.\(ending)"
                #expect(try folder.bytes("parts/\(name)") == folder.bytes("whole/\(name)"), "\(name)")
            }
            #expect(!folder.exists("parts/table1-cifar10-\(label)-seed0.h5.training"))
        }
    }

    @Test("A result says what was dead, what was silent, and what cutting did")
    func measurement() throws {
        let data = try data(), results = try finished(reproduction(data, "both", seeds: [0, 1], epochs: [1]))
        #expect(results.map(\.seed) == [0, 1, 0, 1])
        let result = try #require(results.first { $0.row == "adam-l2-1e-3" }),
            measurement = try #require(result.measurement)
        #expect(measurement.layers.map(\.filters) == [4, 4, 4, 8, 8, 16, 16] && measurement.testImages == 40)
        #expect(
            measurement.layers.allSatisfy { $0.universality.count == 10 && $0.universality.reduce(0, +) == $0.filters })
        #expect(measurement.weights.before == 75 * 4 + 9 * (16 + 16 + 32 + 64 + 128 + 256))
        #expect(
            measurement.weights.after <= measurement.weights.before
                && measurement.error.before == result.history.last?.testTop1Error)
        #expect(abs(result.stepsTimesLambda - 0.005) < 1e-12)
        let row = try #require(Experiment.named("table1-cifar10").rows(["adam-l2-1e-3"]).first),
            measured = try #require(MeasuredRow(row, results))
        let errors = results.filter { $0.row == row.label }.compactMap { $0.measurement?.error.before }
        #expect(abs(measured.error - (errors[0] + errors[1]) / 2) < 1e-9)
    }

    @Test("What another run left is not taken for this one's, unless it may be replaced")
    func otherRuns() throws {
        let data = try data()
        _ = try finished(reproduction(data, "same", epochs: [1]))
        #expect { try reproduction(data, "same", epochs: [2]) } throws: {
            "\($0)".contains(".json: is the result of a run with other settings") && "\($0)".contains("--force")
        }
        let again = try finished(reproduction(data, "same", epochs: [2], overwrite: true))
        #expect(again.allSatisfy { $0.history.count == 2 })
        var asked = 0
        _ = try reproduction(data, "stopped", epochs: [3]).run(shouldStop: {
            asked += 1; return asked > 2
        })
        #expect { try reproduction(data, "stopped", epochs: [2]) } throws: {
            "\($0)".contains(".training: is from a run with other settings")
        }
        try FileManager.default.removeItem(atPath: folder.file("same/table1-cifar10-adam-none-seed0.json"))
        #expect { try reproduction(data, "same", epochs: [2]) } throws: { "\($0)".contains(".h5: has neither") }
        try folder.write("same/table1-cifar10-adam-none-seed0.json", "{}".utf8)
        #expect { try reproduction(data, "same", epochs: [2]) } throws: { "\($0)".contains("is no result") }
    }

    @Test("Data of another task is refused")
    func classes() throws {
        let data = try data(classes: 7)
        #expect { try reproduction(data, "none") } throws: {
            "\($0)".contains("has 7 classes, table1-cifar10 is about 10")
        }
    }

    @Test("Universality is counted in tenths, all of them together as many as there are filters")
    func histogram() {
        #expect(NetworkMeasurement.histogram([0, 9.9, 10, 55, 99, 100]) == [2, 1, 0, 0, 0, 1, 0, 0, 0, 2])
    }
}
