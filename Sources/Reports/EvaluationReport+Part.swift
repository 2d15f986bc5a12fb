import Foundation
import Networks

/// What a part keeps of a report beside the numbers.
private struct ReportBasis: Codable {
    let model: String
    let pixels: FedPixels
    let declarations: [DeclarationLine]
}

extension EvaluationReport {
    /// All but the numbers, as text for the part of a sharded run.
    package var basis: String {
        get throws {
            let basis = ReportBasis(model: model, pixels: pixels, declarations: declarations)
            return String(decoding: try JSONEncoder().encode(basis), as: UTF8.self)
        }
    }

    /// The report of an evaluation; nil where `basis` is not that of one.
    package init?(basis: String, _ evaluation: Evaluation) {
        guard let basis = try? JSONDecoder().decode(ReportBasis.self, from: Data(basis.utf8)) else { return nil }
        self.init(model: basis.model, pixels: basis.pixels, declarations: basis.declarations, evaluation)
    }
}
