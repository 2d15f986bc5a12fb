import ArgumentParser
import Files
import Reports

struct View: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Writes the page of a result that was kept as JSON.",
        usage: "deadwood view <result.json> -o <page.html> [--force]",
        discussion: "The page is the one that --report would have written, to the byte.")

    @Argument(help: ArgumentHelp("What a command wrote with --json.", valueName: "result.json"), completion: .file())
    var input: String

    @Option(name: .shortAndLong, help: "The page to write.", completion: .file())
    var output: String

    @Flag(help: "Overwrite the output if it exists.")
    var force = false

    /// Larger files are no results: that of a network with a million filters takes about 200 MB.
    private static let mostBytes = 1 << 29

    func run() throws {
        try Outputs.check([output], inputs: [input], overwriting: force)
        let file = try InputFile(input)
        guard file.bytes <= Self.mostBytes else { throw CommandError.noResult(path: input, reason: "it is too large") }
        let page: String
        do {
            page = try SavedResult.page(file.read(0..<file.bytes))
        } catch let error as SavedResultError {
            throw CommandError.noResult(path: input, reason: "\(error)")
        }
        try NewFile.write(page.utf8, to: output, overwriting: force)
    }
}
