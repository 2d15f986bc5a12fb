import Testing
@testable import Checkpoints

@Suite struct JSONTests {
    private func parse(_ text: String) throws -> JSON { try JSON(parsing: text, name: "test") }

    @Test(
        "What Python wrote comes back byte for byte",
        arguments: [
            #"{"b": 1, "a": [1e-07, 0.0010000000474974513, -0, 1E+5], "c": {}}"#,
            #"[NaN, Infinity, -Infinity, null, true, false, []]"#,
            #""\u00e9 \"quoted\" back\\slash / \n\t\r\b\f \u0000 \ud83c\udf32""#,
            "-12.5", #""""#,
        ])
    func roundTrip(text: String) throws { #expect(try parse(text).text == text) }

    @Test("Objects keep the order of their keys; of two equal keys the later wins, in the place of the first")
    func order() throws {
        let json = try parse(#" { "z":1,"a":2 , "z":3 } "#)
        #expect(json.text == #"{"z": 3, "a": 2}"#)
        #expect(json["z"]?.int == 3)
    }

    @Test("Text that is not ASCII is read as it is and written escaped")
    func unicode() throws { #expect(try parse("\"naïve 🌲\"").text == #""na\u00efve \ud83c\udf32""#) }

    @Test("Whole numbers are whole however they are written; others are not")
    func integers() throws {
        #expect(try parse("3.0").int == 3)
        #expect(try parse("3e2").int == 300)
        #expect(try parse("3.5").int == nil)
        #expect(try parse("1e999").int == nil)
        #expect(try parse("99999999999999999999").int == nil)
        #expect(try parse("NaN").double?.isNaN == true)
    }

    @Test(
        "Errors give line and column",
        arguments: [
            ("", 1, 1), ("{\"a\": 1,}", 1, 9), ("[1,\n 2,,]", 2, 4), ("[1] 2", 1, 5), ("01", 1, 2), ("1.", 1, 3),
            ("\"a", 1, 3),
            ("{a: 1}", 1, 2), ("\"\\ud800\"", 1, 8), ("\"\\x\"", 1, 4), ("nul", 1, 1), ("+1", 1, 1), ("\"\n\"", 1, 2),
        ])
    func errors(text: String, line: Int, column: Int) {
        #expect {
            try parse(text)
        } throws: { error in
            guard case let CheckpointError.invalidJSON(_, foundLine, foundColumn, _) = error else { return false }
            return (foundLine, foundColumn) == (line, column)
        }
    }

    @Test("Deep nesting is refused, not followed")
    func depth() {
        #expect(throws: CheckpointError.self) { try parse(String(repeating: "[", count: 100_000)) }
        #expect(throws: Never.self) {
            try parse(String(repeating: "[", count: 100) + String(repeating: "]", count: 100))
        }
    }

    @Test("More than any config has is refused: bytes, values, whatever they are")
    func size() {
        let zeros = String(repeating: "0,", count: 1 << 22), spaces = String(repeating: " ", count: 1 << 26)
        for text in ["[\(zeros)0]", "\(spaces)0"] { #expect(throws: CheckpointError.self) { try parse(text) } }
        #expect(throws: Never.self) { try parse("[\(zeros.prefix(1 << 20))0]") }
    }

    @Test("Strings are put together of pieces around escapes")
    func pieces() throws {
        #expect(
            try parse(#"["a\nb", "\u00e9", "\t\ud83c\udf32", "é\"", ""]"#).array?.map(\.string) == [
                "a\nb", "é", "\t🌲", "é\"", "",
            ])
    }

    @Test("Members are replaced, added and removed in place")
    func subscripting() throws {
        var json = try parse(#"{"a": {"b": 1, "c": 2}}"#)
        json["a"]?["b"] = .number(7)
        json["a"]?["d"] = .bool(true)
        json["a"]?["c"] = nil
        #expect(json.text == #"{"a": {"b": 7, "d": true}}"#)
    }
}
