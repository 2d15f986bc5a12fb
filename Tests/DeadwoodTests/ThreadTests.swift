import TestSupport
import Testing

/// What threads may change: the time it takes, and nothing else.
@Suite struct ThreadTests {
    private let folder = TemporaryFolder()
    private let model = fixture("fashion-basicnet.h5")

    @Test(
        "Every verb that computes answers the same on 1 to 8 threads",
        arguments: [
            "predict MODEL --input CORPUS --limit 24 --output out.h5",
            "evaluate MODEL --data CORPUS --limit 24 --json out.json",
            "analyze MODEL --corpus CORPUS --limit 24 --json out.json",
            "prune MODEL -o out.h5 --corpus CORPUS --limit 24 --select li --fraction 0.2 --recalibrate --json out.json",
            "train --network basicnet --width 0.05 --dataset hdf5 --data CORPUS --batch 8 --max-steps 3 -o out.h5",
        ])
    func same(line: String) throws {
        let arguments = line.split(separator: " ").map {
            $0 == "MODEL" ? model : $0 == "CORPUS" ? Fixture.corpus : String($0)
        }
        let outputs = ["out.h5", "out.h5.training", "out.json"]
        var first: [[UInt8]?]?
        for threads in 1...8 {
            let outcome = try deadwood(arguments + ["--threads", "\(threads)", "--force"], in: folder)
            #expect(outcome.status == 0, "\(outcome.stderr)")
            let found = try outputs.map { folder.exists($0) ? try bytes($0) : nil }
            #expect(found.contains { $0 != nil })
            if let first { #expect(found == first, "\(threads) threads") } else { first = found }
        }
    }

    /// Of a file, without what JSON tells of the run.
    private func bytes(_ name: String) throws -> [UInt8] {
        let isTimed = try name.hasSuffix(".json") && folder.text(name).contains("  \"run\" : {")
        return try isTimed ? [UInt8](result(folder.text(name)).utf8) : folder.bytes(name)
    }
}
