import Experiments
import Foundation
import Training

extension ReproductionReport {
    struct Section {
        let title: String
        let table: Table
    }

    var sections: [Section] {
        var sections = [Section(title: "", table: summary)]
        if rows.contains(where: { $0.paper.layers != nil }) {
            sections.append(Section(title: "Dead filters layer by layer, %", table: layers))
        }
        if figures.contains(.scales) {
            sections.append(Section(title: "γ and β as the epochs go by: median (5 % … 95 %)", table: scales))
        }
        if figures.contains(.universality) {
            sections.append(
                Section(title: "Features that answer to so many percent of the test images", table: universality))
        }
        return sections
    }

    /// The paper's numbers and ours, a line for each row. Percent; after: the error once the dead are cut; cut: what
    /// goes of the weights of convolutions.
    private var summary: Table {
        let columns = ["act", sign == .scale ? "γ" : "weight", "error", "after", "cut"]
        func titled(_ whose: String) -> [Table.Column] {
            columns.enumerated().map { .right($0.offset == 0 ? "\(whose): \($0.element)" : $0.element) }
        }
        var table = Table([.left("row")] + titled("paper") + titled("ours") + [.right("λ"), .right("steps · λ")])
        for row in rows {
            let paper = row.paper, ours = row.ours
            let theirs = [paper.activation, paper.scale, paper.error, paper.errorAfter, paper.parametersCut]
            let measured = [ours?.activation, ours?.scale, ours?.error, ours?.errorAfter, ours?.parametersCut]
            table.add(
                [row.row] + (theirs + measured).map(cell) + [
                    row.lambda == 0 ? "0" : Format.scientific(row.lambda), cell(row.stepsTimesLambda),
                ])
        }
        return table
    }

    private var layers: Table {
        let count = rows.map { max($0.paper.layers?.count ?? 0, $0.ours?.layers.count ?? 0) }.max() ?? 0
        var table = Table([.left("row"), .left("")] + (0..<count).map { .right("C\($0 + 1)") })
        for row in rows {
            for (name, values) in [("paper", row.paper.layers), ("ours", row.ours?.layers)] {
                let values = values ?? []
                table.add(
                    [name == "paper" ? row.row : "", name]
                        + (0..<count).map { cell($0 < values.count ? values[$0] : nil) })
            }
        }
        return table
    }

    /// Figure 2: after the first epoch, then after each quarter of them.
    private var scales: Table {
        let length = rows.map(\.history.count).max() ?? 0
        let shown = Set([1, length / 4, length / 2, 3 * length / 4, length].filter { $0 > 0 }).sorted()
        var table = Table([.left("row"), .left("layer"), .left("")] + shown.map { .right("epoch \($0)") })
        for row in rows {
            for (index, layer) in (row.history.last?.layers ?? []).enumerated() {
                for (name, values) in [("γ", \ScaleSummary.gamma), ("β", \ScaleSummary.beta)] {
                    let cells = shown.map { epoch in
                        guard epoch <= row.history.count, row.history[epoch - 1].layers.indices.contains(index) else {
                            return "–"
                        }
                        let quantiles = row.history[epoch - 1].layers[index][keyPath: values].map(Double.init)
                        return quantiles.count == 7
                            ? "\(short(quantiles[3])) (\(short(quantiles[1])) … \(short(quantiles[5])))" : "–"
                    }
                    table.add([row.row, layer.layer, name] + cells)
                }
            }
        }
        return table
    }

    /// Figures 3 and 5: of the first seed.
    private var universality: Table {
        var table = Table([.left("row"), .left("layer")] + (0..<10).map { .right("\(10 * $0)–\(10 * $0 + 10)") })
        for row in rows {
            for layer in row.runs.compactMap(\.measurement).first?.layers ?? [] {
                table.add([row.row, layer.layer] + layer.universality.map(Format.count))
            }
        }
        return table
    }

    private func cell(_ number: Double?) -> String { number.map(Format.digits) ?? "–" }

    /// Three decimals; what rounds to nothing has no sign.
    private func short(_ number: Double) -> String { String(format: "%.3f", (number * 1000).rounded() / 1000 + 0) }
}
