extension Archive {
    /// What is wrong with the names of an archive's entries; nil where each can only be understood one way.
    ///
    /// Of an entry that is there twice some readers take the first and some the last: Keras and this project would see
    /// different models. So it is with names that are one file to some programs and two to others: `a//b`, `./a/b`,
    /// `a\b`, `A/B`, and an accent written as one character or as two.
    static func ambiguity(of names: [String]) -> String? {
        var first: [[String]: String] = [:]
        for name in names {
            guard let other = first.updateValue(name, forKey: parts(of: name)) else { continue }
            return other == name
                ? "it has two entries '\(name)'" : "its entries '\(other)' and '\(name)' are one file to some programs"
        }
        return nil
    }

    /// A path's components, as the most lenient of programs would read it.
    private static func parts(of name: String) -> [String] {
        // Strings compare by canonical equivalence: however an accent is written.
        name.lowercased().replacing("\\", with: "/").split(separator: "/").map(String.init).reduce(into: []) {
            parts, part in
            switch part {
            case ".": break
            case "..": _ = parts.popLast()
            default: parts.append(part)
            }
        }
    }
}
