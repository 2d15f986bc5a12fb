import ArgumentParser
import Benchmarks
import Reports

struct Inspect: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Shows layers, shapes, parameters, multiply-accumulates (MACs), format and warnings.",
        usage: "deadwood inspect <model> [<options>]\ndeadwood inspect --machine [<options>]")

    @Argument(help: "The checkpoint: .h5, .hdf5, .keras, or weights with --architecture.", completion: .file())
    var model: String?

    @OptionGroup var reading: ReadingOptions

    @Flag(help: "Show what this machine computes with instead: instruction set, peak, memory.")
    var machine = false

    @OptionGroup var result: ResultOptions

    func validate() throws {
        if model == nil, !machine {
            throw ValidationError("Missing expected argument '<model>', or --machine in its place.")
        }
        if let model, machine {
            throw ValidationError("--machine shows the machine, not '\(model)': leave out one of them.")
        }
    }

    func run() throws {
        try result.check(reading: [model].compactMap { $0 } + reading.files)
        guard let model else { return try result.show(MachineProfile.measured()) }
        let checkpoint = try reading.open(model, readsWeights: false)
        let report = InspectionReport(
            path: checkpoint.path, format: checkpoint.format.description, graph: checkpoint.graph,
            fileBytes: checkpoint.fileBytes, warnings: checkpoint.warnings)
        try result.show(report)
    }
}
