/// A name with `*` for any run of characters and `?` for any one: how users point at layers.
package struct NamePattern: Sendable, Equatable {
    package let text: String

    package init(_ text: String) { self.text = text }

    /// Glob matching with one mark to go back to: linear in practice, never exponential.
    package func matches(_ name: String) -> Bool {
        let pattern = Array(self.text), text = Array(name)
        var p = 0, t = 0, star: (pattern: Int, text: Int)?
        while t < text.count {
            if p < pattern.count, pattern[p] == "*" {
                star = (p + 1, t)
                p += 1
            } else if p < pattern.count, pattern[p] == "?" || pattern[p] == text[t] {
                p += 1
                t += 1
            } else if let mark = star {
                (p, t) = (mark.pattern, mark.text + 1)
                star?.text += 1
            } else {
                return false
            }
        }
        return pattern[p...].allSatisfy { $0 == "*" }
    }
}
