import Benchmarks
import Foundation

/// A result that was written as JSON, shown as the page it was then.
package enum SavedResult {
    /// What pages are made of.
    private static let reports: [any (Report & Decodable).Type] = [
        InspectionReport.self, AnalysisReport.self, PruneReport.self, CompressReport.self, BenchmarkResult.self,
        EvaluationReport.self, EvaluationsReport.self, TrainingReport.self, ReproductionReport.self,
    ]

    /// Throws `SavedResultError` where `json` is no result, or one of which there is no page.
    package static func page(_ json: some Sequence<UInt8>) throws -> String {
        let data = Data(json)
        do {
            let header = try JSONDecoder.results.decode(Header.self, from: data)
            guard let report = reports.first(where: { $0.kind == header.kind }) else {
                throw SavedResultError.noPage(kind: header.kind, known: reports.map { $0.kind })
            }
            return try page(report, data, header.run)
        } catch let error as DecodingError {
            throw SavedResultError.noResult(error.reason)
        }
    }

    /// What `benchmark` measured, or `compress` at its end. Throws `SavedResultError` where `json` is neither.
    package static func benchmark(_ json: some Sequence<UInt8>) throws -> BenchmarkResult {
        let data = Data(json)
        do {
            let kind = try JSONDecoder.results.decode(Header.self, from: data).kind
            switch kind {
            case BenchmarkResult.kind: return try JSONDecoder.results.decode(BenchmarkResult.self, from: data)
            case CompressReport.kind:
                if let result = try JSONDecoder.results.decode(CompressReport.self, from: data).benchmark {
                    return result
                }
                throw SavedResultError.noBenchmark(kind: kind)
            default: throw SavedResultError.noBenchmark(kind: kind)
            }
        } catch let error as DecodingError {
            throw SavedResultError.noResult(error.reason)
        }
    }

    private static func page<Result: Report & Decodable>(_ type: Result.Type, _ data: Data, _ run: RunLine) throws
        -> String
    {
        try HTMLRenderer(run).render(JSONDecoder.results.decode(type, from: data))
    }

    private struct Header: Decodable {
        let kind: String
        let run: RunLine
    }
}

package enum SavedResultError: Error, CustomStringConvertible {
    case noResult(String)
    case noPage(kind: String, known: [String])
    case noBenchmark(kind: String)

    package var description: String {
        switch self {
        case let .noResult(reason):
            "it is no result that deadwood wrote as JSON: \(reason); make one with --json FILE"
        case let .noBenchmark(kind):
            "the result of kind '\(kind)' has no latencies; give one that 'benchmark' or 'compress' wrote"
        case let .noPage(kind, known): "there is no page for '\(kind)', only for \(known.joined(separator: ", "))"
        }
    }
}

extension DecodingError {
    /// What is wrong, and where.
    fileprivate var reason: String {
        switch self {
        case let .keyNotFound(key, context): "'\((context.codingPath + [key]).text)' is missing"
        case let .typeMismatch(_, context), let .valueNotFound(_, context), let .dataCorrupted(context):
            context.codingPath.isEmpty
                ? "not JSON, or not all of it" : "'\(context.codingPath.text)' is not what it should be"
        @unknown default: "not JSON, or not all of it"
        }
    }
}

extension [any CodingKey] {
    fileprivate var text: String { map { $0.intValue.map(String.init) ?? $0.stringValue }.joined(separator: ".") }
}
