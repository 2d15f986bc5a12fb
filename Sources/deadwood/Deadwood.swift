import ArgumentParser
import Foundation
import Threads

/// The command line: every verb parses, calls and renders; nothing is computed here.
@main
struct Deadwood: ParsableCommand {
    static let version = "0.1.0"
    /// When this process was started.
    static let started = Date()

    static let configuration = CommandConfiguration(
        commandName: "deadwood",
        abstract:
            "Finds the dead filters of a trained CNN, cuts them out without changing its answers, and measures what that bought.",
        discussion: """
            A model is a Keras legacy HDF5 file (.h5, .hdf5), a Keras 3 archive (.keras), or weights alone (.weights.h5 or \
            legacy weights) with --architecture model.json.

            Results go to stdout, warnings and progress to stderr. Nothing is overwritten without --force, and an input is \
            never written to. Exit status: 0 done, 1 the work failed, 64 wrong usage, 130 interrupted.

            A good start: 'deadwood compress model.h5 -o compact.h5 --corpus images.h5'.
            """, version: Self.version,
        subcommands: [
            Inspect.self, Predict.self, Evaluate.self, Analyze.self, Prune.self, Compress.self, Benchmark.self,
            Train.self, Reproduce.self, Simulate.self, Convert.self, Merge.self, View.self,
        ])

    static func main() {
        MemoryShortage.prepare()
        _ = started
        SystemThread.onRefusal {
            Console.warn(
                "the system refuses more threads (ulimit -u, or the container's limit): fewer work, with the same results"
            )
        }
        Interruption.prepare()
        do {
            var command = try parseAsRoot()
            try command.run()
        } catch {
            guard exitCode(for: error) == .failure else { exit(withError: error) }
            Console.fail(message(for: error))
            Foundation.exit(ExitCode.failure.rawValue)
        }
    }
}
