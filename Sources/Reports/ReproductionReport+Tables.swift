import Experiments
import Training

extension ReproductionReport {
    var figureSections: [Section] {
        var sections = [Section.table(summary)]
        if rows.contains(where: { $0.paper.layers != nil }) { sections.append(.table(layers)) }
        if figures.contains(.scales) { sections.append(.table(scales)) }
        if figures.contains(.universality) { sections += universality }
        return sections
    }

    /// The paper's numbers and ours, a line for each row. Percent; after: the error once the dead are cut; cut: what
    /// goes of the weights of convolutions.
    private var summary: Table {
        let columns = ["act", sign == .scale ? "γ" : "weight", "error", "after", "cut"]
        func titled(_ whose: String) -> [Table.Column] {
            columns.enumerated().map { .right($0.offset == 0 ? "\(whose): \($0.element)" : $0.element) }
        }
        return Table(
            [.left("row")] + titled("paper") + titled("ours") + [.right("λ"), .right("steps · λ")],
            rows: rows.map { row in
                let figures = [row.paper, row.ours].flatMap {
                    [$0?.activation, $0?.scale, $0?.error, $0?.errorAfter, $0?.parametersCut]
                }
                return [.text(row.row)] + figures.map(Cell.digits) + [
                    .number(row.lambda) { $0 == 0 ? "0" : Format.scientific($0) }, .digits(row.stepsTimesLambda),
                ]
            })
    }

    private var layers: Table {
        let count = rows.map { max($0.paper.layers?.count ?? 0, $0.ours?.layers?.count ?? 0) }.max() ?? 0
        var table = Table(
            [.left("row"), .left("")] + (0..<count).map { .right("C\($0 + 1)") },
            title: "Dead filters layer by layer, %")
        for row in rows {
            for (name, values) in [("paper", row.paper.layers), ("ours", row.ours?.layers)] {
                let values = values ?? []
                table.add(
                    [.text(name == "paper" ? row.row : ""), .text(name)]
                        + (0..<count).map { .digits($0 < values.count ? values[$0] : nil) })
            }
        }
        return table
    }

    /// Figure 2: after the first epoch, then after each quarter of them.
    private var scales: Table {
        let length = rows.map(\.history.count).max() ?? 0
        let shown = Set([1, length / 4, length / 2, 3 * length / 4, length].filter { $0 > 0 }).sorted()
        var table = Table(
            [.left("row"), .left("layer"), .left("")] + shown.map { .right("epoch \($0)") },
            title: "γ and β as the epochs go by: median (5 % … 95 %)")
        for row in rows {
            for (index, layer) in (row.history.last?.layers ?? []).enumerated() {
                for (name, values) in [("γ", \ScaleSummary.gamma), ("β", \ScaleSummary.beta)] {
                    let cells = shown.map { epoch -> Cell in
                        guard epoch <= row.history.count, row.history[epoch - 1].layers.indices.contains(index) else {
                            return .missing
                        }
                        let quantiles = row.history[epoch - 1].layers[index][keyPath: values].map {
                            Format.thousandths(Double($0))
                        }
                        return quantiles.count == 7 ? "\(quantiles[3]) (\(quantiles[1]) … \(quantiles[5]))" : .missing
                    }
                    table.add([.text(row.row), .text(layer.layer), .text(name)] + cells)
                }
            }
        }
        return table
    }

    /// Figures 3 and 5: of the first seed.
    private var universality: [Section] {
        let title = "Features that answer to so many percent of the test images"
        let tenths = (0..<10).map { "\(10 * $0)–\(10 * $0 + 10)" }
        let layers = rows.flatMap { row in
            (row.runs.compactMap(\.measurement).first?.layers ?? []).filter { $0.universality.count == tenths.count }
                .map { (row: row.row, layer: $0) }
        }
        let table = Table(
            [.left("row"), .left("layer")] + tenths.map { Table.Column.right($0) }, title: title,
            rows: layers.map { [.text($0.row), .text($0.layer.layer)] + $0.layer.universality.map { .count($0) } })
        let series = layers.map {
            Chart.Series(name: "\($0.row), \($0.layer.layer)", values: $0.layer.universality.map(Double.init))
        }
        return [.table(table), .chart(Chart(title: title, categories: tenths, series: series))]
    }
}
