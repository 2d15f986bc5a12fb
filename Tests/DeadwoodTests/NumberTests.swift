import Foundation
import TestSupport
import Testing

/// Results that are no finite numbers, and numbers at the ends of what 32 bits hold. What is refused when it is read:
/// `HostileModelTests`, `HostileDataTests`; answers that are NaN: `PixelTests`.
@Suite struct NumberTests {
    private let folder = TemporaryFolder()
    private static let verbs = [
        "inspect m.h5 --json -", "analyze m.h5 --json -",
        "analyze m.h5 --corpus d.h5 --criteria scale,weight,unread,statistics,activation --json -",
        "prune m.h5 -o c.h5 --force --json -",
        "prune m.h5 -o c.h5 --force --corpus d.h5 --criteria scale,weight,unread,statistics,activation --json -",
        "prune m.h5 -o c.h5 --force --select li --fraction 0.5 --json -",
        "prune m.h5 -o c.h5 --force --select slimming --fraction 0.5 --json -",
        "prune m.h5 -o c.h5 --force --select apoz --fraction 0.5 --corpus d.h5 --recalibrate --json -",
        "compress m.h5 -o c.h5 --force --corpus d.h5 --seconds 0.01 --batch 1 --threads 1 --json -",
        "evaluate m.h5 --data d.h5 --json -", "benchmark m.h5 --seconds 0.01 --batch 1 --threads 1 --json -",
        "train --from m.h5 --dataset hdf5 --data d.h5 --batch 4 --epochs 1 -o t.h5 --force --history h.json --json -",
        "predict m.h5 --input d.h5 --output p.h5 --force", "convert m.h5 -o k.keras --force",
    ]

    struct Extreme: CustomTestStringConvertible {
        let testDescription: String
        let model: SmallModel

        init(_ name: String, _ edit: (inout [String: [SmallModel.Weight]]) -> Void) {
            testDescription = name
            model = SmallModel().editing { edit(&$0.weights) }
        }
    }

    @Test(
        "Every verb ends with 0 and JSON that every parser reads, or with 1 and one line, whatever the weights",
        arguments: [
            Extreme("the largest kernel") { $0["conv"]?[0].values = Array(repeating: 3.4e38, count: 18) },
            Extreme("kernels whose products overflow") {
                $0["conv"]?[0].values = (0..<18).map { $0 % 2 == 0 ? 1e30 : -1e30 }
                $0["dense"]?[0].values = [1e30, -1e30, 1e30, 1e30, -1e30, 1e30]
            },
            Extreme("denormal kernel") { $0["conv"]?[0].values = Array(repeating: 1e-40, count: 18) },
            Extreme("denormal scale") { $0["bn"]?[0].values = [1e-40, -1e-45] },
            Extreme("the largest scale") { $0["bn"]?[0].values = [3.4e38, -3.4e38] },
            Extreme("variance of -0") { $0["bn"]?[3].values = [-0.0, 0] },
            Extreme("the largest variance and mean") {
                $0["bn"]?[3].values = [3.4e38, 3.4e38]
                $0["bn"]?[2].values = [3.4e38, -3.4e38]
            },
            Extreme("a dead filter's constant too large to be folded") {
                $0["bn"]?[1].values = [0, 3.4e38]
                $0["dense"]?[0].values = [1, -1, 0.5, 100, -100, 100]
            },
        ])
    func weights(extreme: Extreme) throws {
        try extreme.model.write(to: folder.file("m.h5"))
        try corpus()
        for verb in Self.verbs { try check(verb) }
    }

    @Test("The same, whatever the images", arguments: [3.4e38, -3.4e38, 1e300, 1e-40, .nan, .infinity])
    func images(value: Double) throws {
        try SmallModel().write(to: folder.file("m.h5"))
        try corpus(pixel: value)
        for verb in Self.verbs where verb.contains("d.h5") { try check(verb) }
    }

    @Test("The same, whatever the labels", arguments: [-1, 3, 0.5, 1e300, 4_611_686_018_427_387_904, .nan, .infinity])
    func labels(value: Double) throws {
        try SmallModel().write(to: folder.file("m.h5"))
        try corpus(label: value)
        for verb in Self.verbs where verb.contains("d.h5") { try check(verb) }
    }

    /// Twelve images, the first value and the first label of which can be any.
    private func corpus(pixel: Double = 0, label: Double = 0) throws {
        let pixels = [pixel] + (1..<192).map { Double($0 % 7) / 7 }, labels = [label] + (1..<12).map { Double($0 % 3) }
        try folder.corpus("d.h5", ["x": ([12, 4, 4, 1], pixels), "y": ([12], labels)], type: .float64)
    }

    private func check(_ verb: String) throws {
        let outcome = try deadwood(verb.split(separator: " ").map(String.init), in: folder)
        #expect([0, 1].contains(outcome.status), "\(verb): \(outcome.status) \(outcome.stderr)")
        if outcome.status == 1 {
            let errors = outcome.failures.filter { $0.hasPrefix("Error: ") }
            #expect(errors.count == 1 && outcome.failures.last == errors.first, "\(verb): \(outcome.stderr)")
            #expect(outcome.stdout.isEmpty)
        } else if verb.hasSuffix("--json -") {
            // Foundation's own reader takes no bare NaN.
            #expect(throws: Never.self, "\(verb): \(outcome.stdout)") {
                try JSONSerialization.jsonObject(with: Data(outcome.stdout.utf8))
            }
        }
        #expect(try folder.hasNoTemporaryFiles)
    }

    @Test("A scale that grows beyond every number is shown, and is a text in JSON")
    func simulation() throws {
        struct Simulated: Decodable {
            struct Curve: Decodable { let points: [Point] }
            struct Point: Decodable { let median: String }
            let curves: [Curve]
        }
        let arguments = ["simulate", "--optimizers", "sgd", "--lr", "1e38", "--l2", "1e38", "--steps", "10"]
        #expect(try succeed(arguments, in: folder).stdout.contains("nan"))
        let simulated = try succeed(arguments + ["--json", "-"], in: folder).json(Simulated.self)
        #expect(simulated.curves[0].points[0].median == "NaN")
    }
}
