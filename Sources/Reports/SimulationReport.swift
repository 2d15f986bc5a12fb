import Training

/// The answer of `simulate`.
package struct SimulationReport: Report {
    package struct Curve: Encodable, Sendable {
        package let optimizer: String
        package let points: [Simulation.Point]

        package init(optimizer: String, points: [Simulation.Point]) {
            (self.optimizer, self.points) = (optimizer, points)
        }
    }

    package private(set) var schema = 1
    package let l2: Double
    package let weightDecay: Double
    package let curves: [Curve]

    package init(l2: Double, weightDecay: Double, curves: [Curve]) {
        (self.l2, self.weightDecay, self.curves) = (l2, weightDecay, curves)
    }

    package static var kind: String { "simulation" }
    package var subject: String { "A scale under regularizer and optimizer alone" }

    package var sections: [Section] {
        let penalties = [(l2, "L2"), (weightDecay, "weight decay")].filter { $0.0 > 0 }.map { "\($0.1) \($0.0)" }
        let title = penalties.isEmpty ? "no regularizer" : penalties.joined(separator: ", ")
        let steps = curves.first?.points.map { "\(Format.count($0.step)) steps" } ?? []
        var table = Table([.left("|θ| after"), .left("")] + steps.map { Table.Column.right($0) }, title: title)
        for curve in curves {
            table.add([.text(curve.optimizer), "median"] + curve.points.map { .digits(Double($0.median)) })
            table.add(
                ["", "5–95 %"]
                    + curve.points.map { "\(Format.digits(Double($0.low)))–\(Format.digits(Double($0.high)))" })
        }
        let medians = curves.map { curve in
            Chart.Series(name: curve.optimizer, values: curve.points.map { Double($0.median) })
        }
        return [.table(table), .chart(Chart(title: "Median |θ|", categories: steps, series: medians))]
    }
}
