import Foundation
import TestSupport
import Testing

/// Cuts that the user chose, on the trained network of `fixtures/`.
@Suite struct SelectionJobTests {
    private let model = fixture("fashion-basicnet.h5")
    private let folder = TemporaryFolder()

    /// What `prune` says of such a cut beside the rest.
    private struct Chosen: Decodable {
        struct Selection: Decodable {
            let method: String; let scope: String; let fraction: Double; let keepAtLeast: Int; let chosen: Int;
            let cut: Int; let pinned: Int
        }
        struct Verification: Decodable { let tolerance: Double?; let compact: Score? }
        struct Score: Decodable { let top1Error: Double }
        struct Alignment: Decodable { let multiple: Int }
        struct Layer: Decodable { let name: String; let before: Int; let after: Int }

        let exact: Bool
        let layers: [Layer]
        let selection: Selection?
        let recalibrated: Bool
        let alignment: Alignment?
        let verification: Verification
    }

    private func prune(_ arguments: String...) throws -> Chosen { try prune(arguments) }

    private func prune(_ arguments: [String]) throws -> Chosen {
        try succeed(["prune", model, "-o", "compact.h5", "--force", "--json", "-"] + arguments, in: folder).json(
            Chosen.self)
    }

    @Test("A lossy cut is reported, not refused, and recalibration repairs most of it")
    func recalibration() throws {
        // Compared on all of the images, though they chose: the figures are those of the files.
        let corpus = ["--corpus", Fixture.corpus, "--verify", Fixture.corpus, "--limit", "100"]
        let plain = try prune(["--select", "li", "--fraction", "0.3"] + corpus)
        let selection = try #require(plain.selection), error = try #require(plain.verification.compact?.top1Error)
        #expect(!plain.exact && !plain.recalibrated && plain.verification.tolerance == nil)
        #expect(
            selection.method == "li" && selection.scope == "layer" && selection.keepAtLeast == 1
                && selection.cut + selection.pinned == selection.chosen && selection.cut > 90)
        let repaired = try prune(["--select", "li", "--fraction", "0.3", "--recalibrate"] + corpus)
        #expect(
            try repaired.recalibrated && error > 20 && #require(repaired.verification.compact?.top1Error) < error / 2)
        #expect(repaired.layers.map(\.after) == plain.layers.map(\.after))
        // The file holds the model that was verified.
        let score = try succeed(
            "evaluate", "compact.h5", "--data", Fixture.corpus, "--limit", "100", "--json", "-", in: folder
        ).json(Score.self)
        #expect(score.top1Error == repaired.verification.compact?.top1Error)
        let text = try succeed(
            "prune", model, "-o", "compact.h5", "--force", "--select", "random", "--fraction", "0.1", in: folder
        ).stdout
        #expect(
            text.contains("lossy cut: filters were chosen by chance (seed 1), 10.0 % of each layer")
                && text.contains("no limit given"))
    }

    @Test("A tolerance that is given holds for a lossy cut, too")
    func tolerance() throws {
        try fail(
            "prune", model, "-o", "compact.h5", "--select", "slimming", "--fraction", "0.6", "--tolerance", "1e-3",
            in: folder,
            saying: "deviates by", "nothing was written")
    }

    @Test("Protected layers stay whole, others keep what they are told to keep; a pattern must match")
    func protection() throws {
        let layers = try prune(
            "--select", "random", "--fraction", "1", "--keep-at-least", "5", "--protect", "c2", "--protect", "?7",
            "--protect", "f*"
        ).layers
        // The classes are the model's answer; c5 and c6 also keep a dead filter whose constant is read through padding.
        #expect(layers.map(\.after) == [5, 32, 5, 5, 6, 6, 128, 256, 10])
        try fail(
            "prune", model, "-o", "other.h5", "--protect", "dense*", in: folder, saying: "no layer is called 'dense*'")
    }

    @Test("What is exact is not recalibrated, and says so")
    func exact() throws {
        let outcome = try deadwood(
            "prune", fixture("keras3-residual.h5"), "-o", "compact.h5", "--recalibrate", "--corpus",
            "\(fixture("keras3-residual.expected.h5")):input_0", in: folder)
        #expect(outcome.status == 0 && outcome.stderr.contains("not recalibrated: the cut is exact"))
    }

    @Test("Aligned layers keep a multiple, and the cut is as exact as it was")
    func alignment() throws {
        let pruning = try prune("--align", "8", "--corpus", Fixture.corpus, "--limit", "20")
        #expect(pruning.alignment?.multiple == 8 && pruning.selection == nil && pruning.verification.tolerance == 1e-2)
        #expect(pruning.layers.map(\.after) == [16, 32, 32, 64, 56, 72, 40, 248, 10])
    }
}
