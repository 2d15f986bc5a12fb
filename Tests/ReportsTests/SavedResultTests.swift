import Benchmarks
import Foundation
import Testing
@testable import Reports

@Suite("A result that was kept as JSON") struct SavedResultTests {
    private let run = RunLine(
        command: ["analyze", "m.h5"], version: "0.1.0", folder: "/tmp", started: Date(timeIntervalSince1970: 1e9))

    private func json(_ report: some Report) throws -> Data {
        try JSONEncoder.results(.prettyPrinted).encode(ResultOfRun(report, run))
    }

    private func expectSamePage(_ report: some Report, sourceLocation: SourceLocation = #_sourceLocation) throws {
        let page = try HTMLRenderer(run).render(report)
        #expect(try SavedResult.page(json(report)) == page, sourceLocation: sourceLocation)
    }

    @Test("Its page is that of the result itself, to the byte")
    func pages() throws {
        try expectSamePage(AnalysisReport.sample(images: 12, pixels: FedPixels(inputs: [.asTheyAre])))
        try expectSamePage(AnalysisReport.sample(declarations: [DeclarationLine(declaration: "a=relu", layers: ["a"])]))
        try expectSamePage(PruneReport.sample())
        try expectSamePage(
            CompressReport(
                model: "m.h5", analysis: .sample(), prune: .sample(), benchmark: nil, cannotRun: ["lambda"]))
        let score = EvaluationReport(
            model: "a.h5", images: 10, pixels: FedPixels(), loss: 0.25, top1Error: 12.5, top5Error: .nan, softLabels: 0,
            declarations: [])
        try expectSamePage(score)
        try expectSamePage(EvaluationsReport([score, score]))
    }

    @Test(
        "What is no result is refused, with what is wrong",
        arguments: [
            ("", "not JSON"), ("[1, 2", "not JSON"), ("{}", "'kind' is missing"),
            (#"{"kind": "audit"}"#, "'run' is missing"), (#"{"kind": 3}"#, "'kind' is not what it should be"),
        ])
    func refusals(text: String, words: String) {
        #expect { try SavedResult.page(text.utf8) } throws: { "\($0)".contains(words) }
    }

    @Test("Of what has no page this is said")
    func noPage() throws {
        #expect { try SavedResult.page(json(Sample())) } throws: { "\($0)".contains("no page for 'sample'") }
    }

    @Test("Of one that was changed by hand a page is made, or it is refused")
    func changed() throws {
        let audit = try json(AnalysisReport.sample(images: 12))
        let whole = try #require(JSONSerialization.jsonObject(with: audit) as? [String: Any])
        var pages = 0
        for changed in Self.changed(whole) {
            let data = try JSONSerialization.data(withJSONObject: changed)
            do { pages += try SavedResult.page(data).isEmpty ? 0 : 1 } catch let error as SavedResultError {
                if pages == 0 { print("ZZZ", error) }
            }
        }
        #expect(pages > 100)
    }

    /// `value` with each of its numbers by turns far off and each of its lists cut short, or longer.
    private static func changed(_ value: Any) -> [Any] {
        switch value {
        case let object as [String: Any]:
            object.keys.sorted().flatMap { key -> [Any] in
                changed(object[key] ?? 0).map { other in object.merging([key: other]) { $1 } }
            }
        case let list as [Any]:
            [Array(list.dropLast()), list + list, []]
                + list.indices.flatMap { index -> [Any] in
                    changed(list[index]).map { other in
                        Array(list[..<index]) + [other] + Array(list[(index + 1)...])
                    }
                }
        case is NSNumber: [-1, 0, Int.max, Int.min, 1e300]
        default: []
        }
    }
}
