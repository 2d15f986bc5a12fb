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
        struct Verification: Decodable { let images: Int?; let tolerance: Double?; let compact: Score? }
        struct Score: Decodable { let top1Error: Double }
        struct Alignment: Decodable { let multiple: Int; let dense: Speed? }
        struct Speed: Decodable { let speedup: Double }
        struct Change: Decodable { let before: Int; let after: Int }
        struct Budget: Decodable {
            let kind: String; let given: String; let asked: Double; let dense: Double; let reached: Double;
            let images: Int?; let batch: Int?; let threads: Int?
        }
        struct Layer: Decodable { let name: String; let before: Int; let after: Int }

        let exact: Bool
        let layers: [Layer]
        let selection: Selection?
        let recalibrated: Bool
        let alignment: Alignment?
        let budgets: [Budget]?
        let macs: Change
        let fileBytes: Change
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

    @Test("What widths were chosen by their times is told, with how fast the dense model is beside them")
    func fastestWidths() throws {
        let line = try #require(prune("--align", "auto", "--threads", "1").alignment)
        #expect(try #require(line.dense).speedup < 1)
        let text = try succeed(
            "prune", model, "-o", "compact.h5", "--force", "--align", "auto", "--threads", "1", in: folder
        ).stdout
        #expect(
            text.contains("widths a") && text.contains("speed against widths as they come: ")
                && text.contains("dense: "))
    }

    @Test("A budget is kept, by the measure it names, and without --select by li")
    func budgets() throws {
        let pruning = try prune("--macs", "20%", "--bytes", "0.5MB")
        let budgets = try #require(pruning.budgets), selection = try #require(pruning.selection)
        #expect(selection.method == "li" && selection.fraction > 0 && selection.cut > 0)
        #expect(budgets.map(\.kind) == ["macs", "bytes"] && budgets.map(\.given) == ["20%", "0.5MB"])
        #expect(budgets.map(\.dense) == [Double(pruning.macs.before), Double(pruning.fileBytes.before)])
        #expect(budgets.map(\.reached) == [Double(pruning.macs.after), Double(pruning.fileBytes.after)])
        #expect(budgets[0].asked == 0.2 * budgets[0].dense && budgets[1].asked == 500_000)
        #expect(budgets.allSatisfy { $0.reached <= $0.asked })
        #expect(pruning.fileBytes.after == (try folder.bytes("compact.h5")).count)
        // What was chosen reaches both, or one would not be the deepest that was asked for.
        let text = try succeed(
            "prune", model, "-o", "compact.h5", "--force", "--select", "slimming", "--parameters", "0.05", in: folder
        ).stdout
        #expect(text.contains("budget --parameters 0.05 kept: parameters ") && text.contains("(smallest |γ|)"))
    }

    @Test("A cut goes as deep as the error on held-out images allows, and others are reported beside it")
    func errorBudget() throws {
        let report = try succeed(
            "compress", model, "-o", "compact.h5", "--corpus", Fixture.corpus, "--limit", "200", "--error", "+5",
            "--batch", "1", "--threads", "1", "--seconds", "0.1", "--json", "-", in: folder
        ).json(Compressed.self).prune
        let budget = try #require(report.budgets?.first)
        #expect(budget.kind == "error" && budget.images == 40 && budget.asked == budget.dense + 5)
        #expect(try budget.reached <= budget.asked && #require(report.selection).cut > 0)
        #expect(budget.batch == nil && budget.threads == nil)
        #expect(report.verification.compact != nil && report.verification.images == 40)
    }

    @Test("A run takes no longer than asked for, at the conditions that were asked for")
    func latencyBudget() throws {
        let report = try succeed(
            "compress", model, "-o", "compact.h5", "--corpus", Fixture.corpus, "--limit", "20", "--latency", "0.5",
            "--batch", "2,1", "--threads", "1", "--seconds", "0.1", "--json", "-", in: folder
        ).json(Compressed.self).prune
        let budget = try #require(report.budgets?.first)
        #expect(budget.kind == "latency" && budget.batch == 2 && budget.threads == 1 && budget.reached > 0)
        #expect(budget.reached <= budget.asked && budget.asked == budget.dense / 2)
        try fail(
            "prune", model, "-o", "other.h5", "--latency", "0.01us", in: folder,
            saying: "--latency 0.01us cannot be met: a run takes")
    }

    private struct Compressed: Decodable { let prune: Chosen }

    @Test("What no cut keeps ends with 1 and what was reached, and writes nothing")
    func unmet() throws {
        try fail(
            "prune", model, "-o", "compact.h5", "--macs", "0.01%", in: folder,
            saying: "--macs 0.01% cannot be met", "multiply-accumulates remain", "nothing was written")
        try fail(
            "prune", model, "-o", "compact.h5", "--bytes", "1000", in: folder, saying: "--bytes 1000 cannot be met")
        try fail(
            "prune", fixture("keras3-residual.h5"), "-o", "compact.h5", "--error", "0.5", "--corpus",
            "\(fixture("keras3-residual.expected.h5")):input_0", in: folder, saying: "has no labels")
    }

    @Test("Filters are chosen by the gradient of the loss over a labelled corpus")
    func taylor() throws {
        let pruning = try prune(
            "--select", "taylor", "--fraction", "0.6", "--corpus", Fixture.corpus, "--limit", "100")
        let selection = try #require(pruning.selection)
        #expect(selection.method == "taylor" && selection.scope == "global" && selection.cut > 50)
        try fail(
            "prune", fixture("keras3-residual.h5"), "-o", "other.h5", "--select", "taylor", "--fraction", "0.3",
            "--corpus", "\(fixture("keras3-residual.expected.h5")):input_0", in: folder,
            saying: "--select taylor: the corpus has no labels")
    }
}
