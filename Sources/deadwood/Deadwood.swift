import ArgumentParser

@main
struct Deadwood: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "deadwood")
}
