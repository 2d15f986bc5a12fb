import Training

/// The answer of `simulate`.
package struct SimulationReport: Encodable, Sendable {
    package struct Curve: Encodable, Sendable {
        package let optimizer: String
        package let points: [Simulation.Point]

        package init(optimizer: String, points: [Simulation.Point]) {
            self.optimizer = optimizer
            self.points = points
        }
    }

    package let schema = 1
    package let l2: Double
    package let weightDecay: Double
    package let curves: [Curve]

    package init(l2: Double, weightDecay: Double, curves: [Curve]) {
        self.l2 = l2
        self.weightDecay = weightDecay
        self.curves = curves
    }

    package var text: String {
        let steps = curves.first?.points.map(\.step) ?? []
        var table = Table([.left("|θ| after"), .left("")] + steps.map { .right("\(Format.count($0)) steps") })
        for curve in curves {
            table.add([curve.optimizer, "median"] + curve.points.map { Format.digits(Double($0.median)) })
            table.add(
                ["", "5–95 %"]
                    + curve.points.map { "\(Format.digits(Double($0.low)))–\(Format.digits(Double($0.high)))" })
        }
        let penalties = [(l2, "L2"), (weightDecay, "weight decay")].filter { $0.0 > 0 }.map { "\($0.1) \($0.0)" }
        return "\(penalties.isEmpty ? "no regularizer" : penalties.joined(separator: ", "))\n\(table.text)"
    }
}
