import Experiments

/// What can be reproduced, or the rows of one experiment.
package struct ExperimentList: Report {
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

    package static var kind: String { "experiments" }
    package var subject: String { experiments.count == 1 ? experiments[0].name : "Experiments" }

    package var sections: [Section] {
        if experiments.count == 1, let experiment = experiments.first {
            let table = Table(
                of: experiment.rows,
                [
                    .left("row"): { .text($0.row) }, .right("paper: act"): { .digits($0.paper.activation) },
                    .right("γ"): { .digits($0.paper.scale) }, .right("error"): { .digits($0.paper.error) },
                ])
            return [.headline(experiment.title), .table(table)]
        }
        let table = Table(
            of: experiments,
            [
                .left("name"): { .text($0.name) }, .right("rows"): { .count($0.rows.isEmpty ? nil : $0.rows.count) },
                .left("what"): { .text($0.title) },
            ])
        return [.table(table)]
    }
}
