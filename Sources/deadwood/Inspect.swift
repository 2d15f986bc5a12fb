import ArgumentParser
import Reports

struct Inspect: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Shows layers, shapes, parameters, multiply-accumulates, format and warnings.")

    @OptionGroup var model: ModelOptions
    @OptionGroup var result: ResultOptions

    func run() throws {
        try result.check()
        let checkpoint = try model.open()
        let report = InspectionReport(
            path: checkpoint.path, format: checkpoint.format.description, graph: checkpoint.graph, fileBytes: checkpoint.fileBytes, warnings: checkpoint.warnings)
        try result.show(report, text: report.text)
    }
}
