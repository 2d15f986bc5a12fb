import ArgumentParser
import Files
import Foundation
import Reports
import Training

/// Where results go beside the terminal.
struct ResultOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Write the result as JSON to a file, or to stdout in place of the text with '-'.", valueName: "path|-"))
    var json: String?

    @Option(help: ArgumentHelp("Write the result as a page that stands alone to a file.", valueName: "page.html"))
    var report: String?

    @Flag(help: "Overwrite files that exist.")
    var force = false

    /// How results are written, wherever they go.
    static func json(_ report: some Report) throws -> String {
        String(decoding: try JSONEncoder.results(.prettyPrinted).encode(report), as: UTF8.self).printableJSON
    }

    /// Refuses, before any work is done, files that cannot or must not be written: `outputs` and the JSON.
    func check(reading inputs: [String], writing outputs: [String] = []) throws {
        try Outputs.check(
            outputs + [json == "-" ? nil : json, report].compactMap(\.self), inputs: inputs, overwriting: force)
    }

    /// Shows a result: text on stdout, JSON and a page where they were asked for. `parts`: the files that were put
    /// together.
    func show<Result: Report>(_ result: Result, parts: [String]? = nil) throws {
        let run = RunLine(
            command: Array(CommandLine.arguments.dropFirst()), version: Deadwood.version,
            folder: FileManager.default.currentDirectoryPath, started: Deadwood.started, parts: parts)
        func showText() throws { try Console.print(TextRenderer(width: Console.width).render(result)) }
        if let page = report {
            try NewFile.write(HTMLRenderer(run).render(result).utf8, to: page, overwriting: force)
        }
        guard let json else { return try showText() }
        let text = try Self.json(ResultOfRun(result, run))
        if json == "-" { return try Console.print(text) }
        try NewFile.write(text.utf8, to: json, overwriting: force)
        try showText()
    }
}
