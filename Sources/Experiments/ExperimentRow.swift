import Foundation
import Training

/// A regularizer and its λ, which is 0 for none.
package struct Regularizer: Sendable, Hashable {
    enum Kind { case none, l2, weightDecay }

    let kind: Kind
    package let lambda: Double

    package static let none = Regularizer(kind: .none, lambda: 0)
    package static func l2(_ lambda: Double) -> Regularizer { Regularizer(kind: .l2, lambda: lambda) }
    /// Decoupled weight decay.
    package static func weightDecay(_ lambda: Double) -> Regularizer { Regularizer(kind: .weightDecay, lambda: lambda) }

    func scaled(by factor: Double) -> Regularizer { Regularizer(kind: kind, lambda: lambda * factor) }

    fileprivate var label: String {
        switch kind {
        case .none: "none"
        case .l2: "l2-\(lambda.power)"
        case .weightDecay: "wd-\(lambda.power)"
        }
    }
}

/// A run of a paper: what it differs in from the others of its experiment, and what came of it.
package struct ExperimentRow: Sendable, Hashable {
    package var network: NamedNetwork
    /// A name of `Optimizer.named`.
    package var optimizer: String
    package var regularizer: Regularizer
    package var batch: Int
    /// Of BasicNet's 64-1x, VGG's own.
    package var width: Double
    package var leakySlope: Float?
    /// β₀, what every shift starts with.
    package var beta: Float
    package var gammaRate: Double
    package var betaRate: Double
    package var head: NetworkDesign.Head?
    package var paper: PaperFigures

    package init(
        _ network: NamedNetwork = .basicnet, _ optimizer: String = "adam", _ regularizer: Regularizer = .l2(1e-4),
        batch: Int = 40, width: Double = 1,
        leakySlope: Float? = nil, beta: Float = 0, gammaRate: Double = 1, betaRate: Double = 1,
        head: NetworkDesign.Head? = nil,
        paper: PaperFigures = PaperFigures()
    ) {
        precondition(Optimizer.named[optimizer] != nil, "there is no optimizer \(optimizer)")
        (self.network, self.optimizer, self.regularizer, self.batch) = (network, optimizer, regularizer, batch)
        (self.width, self.leakySlope, self.beta, self.gammaRate) = (width, leakySlope, beta, gammaRate)
        (self.betaRate, self.head, self.paper) = (betaRate, head, paper)
    }

    /// Its name among the rows of its experiment, fit for a file: defaults are left out.
    package var label: String {
        var parts = network == .basicnet || network == .mlp ? [] : [network.rawValue]
        parts += [optimizer, regularizer.label]
        if width != 1 { parts.append("\(width)x") }
        if batch != 40 { parts.append("b\(batch)") }
        if let leakySlope { parts.append("leaky\(leakySlope)") }
        if beta != 0 { parts.append("beta\(beta)") }
        if gammaRate != 1 { parts.append("gamma-rate\(gammaRate)") }
        if betaRate != 1 { parts.append("beta-rate\(betaRate)") }
        return parts.joined(separator: "-")
    }

    /// This row as it would be with another value in one place: rows that are then equal differ in nothing else.
    func with<Value>(_ place: WritableKeyPath<ExperimentRow, Value>, _ value: Value) -> ExperimentRow {
        var row = self
        row.paper = PaperFigures()
        row[keyPath: place] = value
        return row
    }
}

extension Double {
    /// `2e-3` for a number of one digit and a power of ten.
    fileprivate var power: String {
        let exponent = log10(self * (1 + 1e-9)).rounded(.down)
        return "\(Int((self / pow(10, exponent)).rounded()))e\(Int(exponent))"
    }
}
