import Foundation
@testable import Reports

/// A report of any sections.
struct Sample: Report {
    static let kind = "sample"
    let subject = "sample"
    let sections: [Section]
    var isRight = true

    init(sections: [Section]) { self.sections = sections }
    init(_ sections: Section...) { self.init(sections: sections) }

    private enum CodingKeys: CodingKey { case isRight }
}

extension Report {
    var text: String { TextRenderer().render(self) }
    var markdown: String { MarkdownRenderer().render(self) }
    var csv: String { CSVRenderer().render(self) }
    var charts: [Chart] { sections.compactMap { if case let .chart(chart) = $0 { chart } else { nil } } }
}

extension Encodable {
    /// As JSON in one line, keys sorted.
    var json: String {
        get throws {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            return String(decoding: try encoder.encode(self), as: UTF8.self)
        }
    }

    /// The keys of the object that it is in JSON, sorted.
    var keys: [String] {
        get throws {
            let object = try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any]
            return (object ?? [:]).keys.sorted()
        }
    }
}
