extension String {
    /// The name of a class as Keras 3 turns it into the name of a group: `Conv2DTranspose` → `conv2d_transpose`.
    ///
    /// Keras's own rule, by regular expressions of Python: what is no letter, digit or `_` goes, and an underscore
    /// comes before every capital of A to Z that stands behind or before a small letter of a to z, the first character
    /// aside. By hand, because it is asked for every layer of a stranger's file.
    var snakeCase: String {
        let name = unicodeScalars.filter(\.isWord)
        var result = String.UnicodeScalarView(), before: Unicode.Scalar?
        for index in name.indices {
            let next = name.index(after: index)
            let isNextSmall = next < name.endIndex && ("a"..."z").contains(name[next])
            if let before, ("A"..."Z").contains(name[index]), isNextSmall || ("a"..."z").contains(before) {
                result.append("_")
            }
            result.append(name[index])
            before = name[index]
        }
        return String(result).lowercased()
    }
}

extension Unicode.Scalar {
    /// Whether it is a `\w` of Python.
    fileprivate var isWord: Bool {
        switch properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter: true
        default: self == "_" || properties.numericType != nil
        }
    }
}
