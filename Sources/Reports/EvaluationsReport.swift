/// The answer of `evaluate` for several models: their errors over the same images, side by side.
package struct EvaluationsReport: Codable, Sendable {
    package private(set) var schema = 1
    /// In the order in which they were named; the first is what the others are held against.
    package let models: [EvaluationReport]

    package init(_ models: [EvaluationReport]) { self.models = models }
}

extension EvaluationsReport: Report {
    package static var kind: String { "evaluations" }
    package var subject: String { "Errors" }

    package var sections: [Section] {
        let first = models.first, pixels = Set(models.map(\.pixels.text))
        let table = Table(
            of: models,
            [
                .left("model"): { .text($0.model) }, .right("loss"): { .digits($0.loss) },
                .right("top-1 error, %"): { .digits($0.top1Error) },
                .right("against the first"): { .text(Self.points($0.top1Error, from: first?.top1Error)) },
                .right("top-5 error, %"): { .digits($0.top5Error) },
            ])
        let chart = Chart(
            title: "Top-1 error, %", categories: models.map(\.model),
            series: [Chart.Series(name: "top-1 error", values: models.map(\.top1Error))], kind: .bars)
        let notes = (pixels.count == 1 ? Array(pixels) : models.map { "\($0.model): \($0.pixels.text)" })
            .filter { !$0.isEmpty }
        let declarations = models.flatMap { model in model.declarations.map { "\(model.model): \($0.text)" } }
        return [
            .headline("\(models.count) models on the same \(Format.count(first?.images ?? 0)) images"), .table(table),
        ]
            + (notes + declarations).map(Section.note) + [.figures("Errors side by side", [.chart(chart)])]
    }

    /// `+0.50 points`; nothing for the first itself.
    private static func points(_ error: Double, from first: Double?) -> String {
        guard let first, error != first else { return "same" }
        return "\(error > first ? "+" : "−")\(Format.digits(abs(error - first))) points"
    }
}
