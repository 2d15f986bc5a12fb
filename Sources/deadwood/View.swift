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

    func run() throws {
        try Outputs.check([output], inputs: [input], overwriting: force)
        let page = try SavedResult.reading(input) { try SavedResult.page($0) }
        try NewFile.write(page.utf8, to: output, overwriting: force)
    }
}
