import Foundation
import Networks

/// What a part keeps of a report beside the numbers.
private struct ReportBasis: Codable {
    let model: String
    let pixels: [Pixels]
    let declarations: [Declaration]

    struct Pixels: Codable {
        let order: String
        let scale: Double
        let mean: [Double]
        let std: [Double]
        let from: String
        let stored: [Double]?
        let text: String
    }

    struct Declaration: Codable {
        let declaration: String
        let layers: [String]
    }
}

extension EvaluationReport {
    /// All but the numbers, as text for the part of a sharded run.
    package var basis: String {
        get throws {
            let pixels = pixels.inputs.map {
                ReportBasis.Pixels(
                    order: $0.order, scale: $0.scale, mean: $0.mean, std: $0.std, from: $0.from, stored: $0.stored,
                    text: $0.text)
            }
            let declarations = declarations.map {
                ReportBasis.Declaration(declaration: $0.declaration, layers: $0.layers)
            }
            let basis = ReportBasis(model: model, pixels: pixels, declarations: declarations)
            return String(decoding: try JSONEncoder().encode(basis), as: UTF8.self)
        }
    }

    /// The report of an evaluation; nil where `basis` is not that of one.
    package init?(basis: String, _ evaluation: Evaluation) {
        guard let basis = try? JSONDecoder().decode(ReportBasis.self, from: Data(basis.utf8)) else { return nil }
        let pixels = basis.pixels.map {
            PixelsLine(
                order: $0.order, scale: $0.scale, mean: $0.mean, std: $0.std, from: $0.from, stored: $0.stored,
                text: $0.text)
        }
        let declarations = basis.declarations.map {
            DeclarationLine(declaration: $0.declaration, layers: $0.layers)
        }
        self.init(model: basis.model, pixels: FedPixels(inputs: pixels), declarations: declarations, evaluation)
    }
}
