extension String {
    /// The text in one line, and without what a stranger's file may hold to steer a terminal, or to show other words
    /// than it has: unprintable characters are written as Swift's escapes.
    package var printable: String { escaped { _ in true } }

    /// The same, line by line.
    package var printableLines: String { escaped { $0 != "\n" } }

    /// A JSON text with these characters as JSON's escapes. They can only stand in its strings, but for those below the
    /// space, which lay the text out and are escaped in strings already.
    package var printableJSON: String {
        replacing(where: { !$0.isASCII || $0 == "\u{7F}" }) { scalar in
            scalar.utf16.map { unit in
                let digits = String(unit, radix: 16)
                return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            }.joined()
        }
    }

    private func escaped(where isMeant: (Unicode.Scalar) -> Bool) -> String {
        replacing(where: isMeant) { $0.escaped(asASCII: true) }
    }

    /// The text with every unprintable character that is meant replaced.
    private func replacing(where isMeant: (Unicode.Scalar) -> Bool, by escape: (Unicode.Scalar) -> String) -> String {
        guard unicodeScalars.contains(where: { $0.isUnprintable && isMeant($0) }) else { return self }
        var result = String.UnicodeScalarView()
        for scalar in unicodeScalars {
            if scalar.isUnprintable, isMeant(scalar) {
                result += escape(scalar).unicodeScalars
            } else {
                result.append(scalar)
            }
        }
        return String(result)
    }
}

extension Unicode.Scalar {
    /// Whether it is a control character (also of C1), ends a line or a paragraph, or shows nothing itself and changes
    /// what is around it: the direction of writing, the joining of letters.
    fileprivate var isUnprintable: Bool {
        if (" "..."~").contains(self) { return false }
        return switch properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator: true
        default: false
        }
    }
}
