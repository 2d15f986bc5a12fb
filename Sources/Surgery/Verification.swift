import Graphs
import Networks
import Tensors

/// The dense and the compact model held against each other on the same images.
package struct Verification: Sendable {
    package private(set) var deviation = Deviation()
    /// Loss and error of both models, where the images have labels.
    package private(set) var dense: Evaluation?
    package private(set) var compact: Evaluation?

    package init() {}

    /// Runs both models on one batch. `labels`: one class per image, or nil.
    package mutating func add(_ inputs: [Tensor], labels: [Int]?, dense denseNetwork: Network, compact compactNetwork: Network) throws {
        let before = try denseNetwork.run(inputs), after = try compactNetwork.run(inputs)
        deviation.add(dense: before, compact: after)
        guard let labels, let first = before.first, let second = after.first else { return }
        var evaluations = (dense ?? Evaluation(), compact ?? Evaluation())
        try evaluations.0.add(first, labels: labels)
        try evaluations.1.add(second, labels: labels)
        (dense, compact) = evaluations
    }

    /// Throws unless the deviation is a number and within `tolerance` of the output's range, where there is one.
    package func check(tolerance: Double?) throws(SurgeryError) {
        guard deviation.isFinite else { throw .notFinite(model: "dense or the compact") }
        guard let tolerance else { return }
        guard deviation.maxRelativeError <= tolerance else { throw .deviates(found: deviation.maxRelativeError, tolerance: tolerance) }
    }

    /// The deviation allowed by default, relative to the output's range: what rounding may do when everything cut is
    /// proven, what small weights may do when it is not, and anything when filters were chosen whatever they do.
    package static func defaultTolerance(_ weakest: Proof?) -> Double? {
        switch weakest {
        case nil, .proven: 1e-4
        case .approximate, .observed: 1e-2
        case .chosen: nil
        }
    }
}
