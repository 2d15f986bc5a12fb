import ArgumentParser
import Compression

extension WidthAlignment: ExpressibleByArgument {
    package init?(argument: String) {
        switch argument {
        case "auto": self = .fastest
        case "4", "8", "16": self = .multiple(Int(argument) ?? 1)
        default: return nil
        }
    }

    package static var allValueStrings: [String] { ["4", "8", "16", "auto"] }
}
