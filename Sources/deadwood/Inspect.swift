import ArgumentParser
import Reports

struct Inspect: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Shows layers, shapes, parameters, multiply-accumulates (MACs), format and warnings.",
        usage: "deadwood inspect <model> [<options>]")

    @OptionGroup var model: ModelOptions
    @OptionGroup var result: ResultOptions

    func run() throws {
        try result.check(reading: model.files)
        let checkpoint = try model.open()
        let report = InspectionReport(
            path: checkpoint.path, format: checkpoint.format.description, graph: checkpoint.graph, fileBytes: checkpoint.fileBytes, warnings: checkpoint.warnings)
        try result.show(report, text: report.text)
    }
}
