import Experiments

/// What can be reproduced, or the rows of one experiment.
package struct ExperimentList: Encodable, Sendable {
    package struct Row: Encodable, Sendable {
        package let row: String
        package let paper: PaperFigures
    }

    package struct Entry: Encodable, Sendable {
        package let name: String
        package let title: String
        package let rows: [Row]
    }

    package let schema = 1
    package let experiments: [Entry]

    /// All of them, or those given.
    package init(_ experiments: [Experiment]? = nil) {
        self.experiments =
            (experiments ?? Experiment.all).map { experiment in
                Entry(
                    name: experiment.name, title: experiment.title,
                    rows: experiment.rows.map { Row(row: $0.label, paper: $0.paper) })
            } + (experiments == nil ? [Entry(name: ScaleDecay.name, title: ScaleDecay.title, rows: [])] : [])
    }

    package var text: String {
        if experiments.count == 1, let experiment = experiments.first {
            var table = Table([.left("row"), .right("paper: act"), .right("γ"), .right("error")])
            for row in experiment.rows {
                table.add(
                    [row.row]
                        + [row.paper.activation, row.paper.scale, row.paper.error].map { $0.map(Format.digits) ?? "–" })
            }
            return "\(experiment.title)\n\n\(table.text)"
        }
        var table = Table([.left("name"), .right("rows"), .left("what")])
        for experiment in experiments {
            table.add([experiment.name, experiment.rows.isEmpty ? "–" : "\(experiment.rows.count)", experiment.title])
        }
        return table.text
    }
}

/// The answer of `reproduce figure4`.
package struct ScaleDecayReport: Encodable, Sendable {
    package let schema = 1
    package let experiment = ScaleDecay.name
    package let steps = ScaleDecay.steps
    package let curves: [ScaleDecay]

    package init(_ curves: [ScaleDecay]) { self.curves = curves }

    private var table: Table {
        var table = Table(
            [.left("median |θ| after")] + steps.flatMap { [.right("\(Format.count($0)) steps"), .right("expected")] })
        for curve in curves {
            table.add(
                [curve.label] + zip(curve.measured, curve.expected).flatMap { [Format.digits($0), Format.digits($1)] })
        }
        return table
    }

    package var text: String { "\(ScaleDecay.title)\n\n\(table.text)" }
    package var markdown: String { "# \(experiment)\n\n\(ScaleDecay.title)\n\n\(table.markdown)" }
}
