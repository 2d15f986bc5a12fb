import HDF5
import TestSupport
import Testing

/// Models with two inputs: every verb takes one corpus for each.
@Suite("Several inputs") struct SeveralInputsTests {
    private let model = fixture("keras3-several.h5"), data = fixture("keras3-several.expected.h5")
    private let folder = TemporaryFolder()

    private func both(_ option: String) -> [String] { [option, "\(data):input_0", option, "\(data):input_1"] }

    @Test("The audit watches every filter, and the cut is compared on the images given")
    func cut() throws {
        let images = try File.open(data).root.dataset("input_0").shape[0]
        let audit = try succeed(["analyze", model, "--json", "-"] + both("--corpus"), in: folder).json(Analysis.self)
        #expect(audit.layers.allSatisfy { $0.dead.activation != nil && $0.universality != nil })
        let pruned = try succeed(["prune", model, "-o", "c.h5", "--json", "-"] + both("--verify"), in: folder).json(
            Pruning.self)
        #expect(pruned.verification.images == images && (pruned.verification.maxRelativeError ?? 1) < 1e-5)
        let whole = try succeed(
            ["compress", model, "-o", "d.h5", "--seconds", "0.02", "--json", "-"] + both("--corpus"), in: folder
        ).json(Compression.self)
        #expect(whole.prune.parameters.after == pruned.parameters.after && !whole.benchmark.runs.isEmpty)
    }

    @Test("One corpus too few is refused with the option's name, and inputs in another order are")
    func refusals() throws {
        for (verb, option) in [
            ("analyze", "--corpus"), ("compress", "--corpus"), ("prune", "--corpus"), ("prune", "--verify"),
            ("evaluate", "--data"),
        ] {
            let output = ["compress", "prune"].contains(verb) ? ["-o", "c.h5"] : []
            try fail(
                [verb, model, option, "\(data):input_0"] + output, in: folder,
                saying: ["the model has 2 inputs, \(option) was given 1 time"])
            try fail(
                [verb, model, option, data, option, data, option, data] + output, in: folder,
                saying: ["\(option) was given 3 times"])
        }
    }

    @Test("Inputs that do not hold equally many images are refused")
    func counts() throws {
        let shape = try File.open(data).root.dataset("input_1").shape
        try folder.corpus(
            "short.h5", ["x": ([1] + shape.dropFirst(), Array(repeating: 0, count: shape.dropFirst().reduce(1, *)))])
        try fail(
            "analyze", model, "--corpus", "\(data):input_0", "--corpus", "short.h5:x", in: folder,
            saying: "give the same number for each")
    }
}
