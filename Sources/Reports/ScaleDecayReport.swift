import Experiments

/// The answer of `reproduce figure4`.
package struct ScaleDecayReport: Report {
    package private(set) var schema = 1
    package let experiment = ScaleDecay.name
    package let steps = ScaleDecay.steps
    package let curves: [ScaleDecay]

    package init(_ curves: [ScaleDecay]) { self.curves = curves }

    package static var kind: String { "scaleDecay" }
    package var subject: String { experiment }

    package var sections: [Section] {
        let table = Table(
            [.left("median |θ| after")] + steps.flatMap { [.right("\(Format.count($0)) steps"), .right("expected")] },
            rows: curves.map { curve in
                [.text(curve.label)] + zip(curve.measured, curve.expected).flatMap { [.digits($0), .digits($1)] }
            })
        let chart = Chart(
            title: "Median |θ|", categories: steps.map { "\(Format.count($0)) steps" },
            series: curves.map { Chart.Series(name: $0.label, values: $0.measured) })
        return [.headline(ScaleDecay.title), .table(table), .chart(chart)]
    }
}
