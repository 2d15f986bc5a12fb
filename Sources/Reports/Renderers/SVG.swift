/// Elements of drawings, as text. Attributes and what is inside are written as they are given.
enum SVG {
    static func element(
        _ name: String, _ attributes: KeyValuePairs<String, String>, _ inside: String = ""
    ) -> String {
        "<\(name)\(attributes.map { " \($0.key)=\"\($0.value)\"" }.joined())>\(inside)</\(name)>"
    }

    /// Words that a screen reader says in place of the drawing.
    static func picture(width: Double, height: Double, words: String, _ marks: [String]) -> String {
        element(
            "svg", ["viewBox": "0 0 \(text(width)) \(text(height))", "role": "img", "aria-label": words.escaped],
            marks.joined())
    }

    /// What a browser shows where the pointer rests.
    static func title(_ words: String) -> String { element("title", [:], words.escaped) }

    static func rule(_ x: Double, _ y: Double, _ toX: Double, _ toY: Double) -> String {
        element("line", ["class": "rule", "x1": text(x), "y1": text(y), "x2": text(toX), "y2": text(toY)])
    }

    static func label(_ words: String, _ x: Double, _ y: Double, _ anchor: String) -> String {
        element("text", ["x": text(x), "y": text(y), "text-anchor": anchor], words.escaped)
    }

    /// `opacity`: from 0 to 1, as the page's style has it where there is none.
    static func box(
        _ style: String, _ x: Double, _ y: Double, _ width: Double, _ height: Double, opacity: Double? = nil,
        title words: String? = nil
    ) -> String {
        let shade = opacity.map { " opacity=\"\((100 * $0).rounded() / 100)\"" } ?? ""
        return """
            <rect class="\(style)" x="\(text(x))" y="\(text(y))" width="\(text(width))" height="\(text(height))"\(shade)>\
            \(words.map(title) ?? "")</rect>
            """
    }

    /// A coordinate, to a tenth.
    static func text(_ number: Double) -> String {
        let rounded = (10 * number).rounded() / 10
        return rounded == rounded.rounded() ? "\(Int(rounded))" : "\(rounded)"
    }
}

extension String {
    /// As text of a page, or of one of its attributes in double quotes.
    var escaped: String {
        printable.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
            .replacing("\"", with: "&quot;")
    }

    /// At most `length` characters, with the middle left out.
    func shortened(to length: Int) -> String {
        count <= length ? self : "\(prefix((length - 1) / 2))…\(suffix(length / 2))"
    }
}
