import Surgery

/// Layers of one class that are not understood, and what a declaration of what they compute would free.
package struct OpaqueLine: Codable, Sendable {
    package let layers: [String]
    package let className: String
    /// Dead filters that stay on account of these layers.
    package let heldFilters: Int
    /// Those that would go were these layers alone declared; 0 where others must be, too.
    package let freedFilters: Int
    /// The parameters of the whole network that would go with them.
    package let parameters: Int
    /// What `--declare` takes for these layers: their class, where all of it are meant, else their names.
    package let patterns: [String]
    /// The options that declare them, the functions left open.
    package let declaration: String

    /// The same for all lines together, which may be more than their sum: what runs through two of them needs both.
    package struct Together: Codable, Sendable {
        package let heldFilters: Int
        package let freedFilters: Int
        package let parameters: Int
    }
}

extension OpaqueLine.Together {
    init(_ holds: Audit.OpaqueHolds) {
        heldFilters = holds.heldFilters
        freedFilters = holds.freedFilters
        parameters = holds.parameters
    }
}

extension OpaqueLine {
    init(_ hold: Audit.OpaqueHold) {
        layers = hold.layers
        className = hold.className
        heldFilters = hold.heldFilters
        freedFilters = hold.freedFilters
        parameters = hold.parameters
        patterns = hold.patterns
        declaration = Self.options(hold.patterns)
    }

    private static func options(_ patterns: [String]) -> String {
        patterns.map { "--declare '\($0)=…'" }.joined(separator: " ")
    }

    /// What holds dead filters and what would free them, in a sentence. `total`: the network's parameters.
    static func advice(_ lines: [OpaqueLine], _ together: Together, of total: Int) -> String {
        let count = lines.reduce(0) { $0 + $1.layers.count }, patterns = lines.flatMap(\.patterns), isOne = count == 1
        let options = options(Array(patterns.prefix(4))) + (patterns.count > 4 ? " and so on" : "")
        let share = Format.percent(Double(together.parameters) / Double(max(1, total)))
        return """
            \(Format.count(count)) \(isOne ? "layer is" : "layers are") not understood (\(lines.map(\.className).joined(separator: ", "))) and \
            \(isOne ? "holds" : "hold") \(Format.count(together.heldFilters)) dead filters; if \(isOne ? "it works" : "they work") element by element, \
            \(options) would free \(Format.count(together.freedFilters)) of them (\(share) of the parameters)
            """
    }
}
