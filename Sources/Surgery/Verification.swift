import Graphs
import Networks
import Tensors

/// The dense and the compact model held against each other on the same images.
package struct Verification: Sendable {
    package private(set) var deviation = Deviation()
    package private(set) var differences = AnswerDifferences()
    /// Loss and error of both models, where the images have labels.
    package private(set) var dense: Evaluation?
    package private(set) var compact: Evaluation?
    /// Where the comparison ended: the names of layers that cannot be evaluated. Empty where all outputs were compared.
    package let upTo: [String]
    /// The layers whose outputs were compared, in order.
    package let comparedAt: [String]
    private let tensors: [ComparedTensor]
    private let hasFirstOutput: Bool

    /// Nothing compared.
    package init() { (upTo, comparedAt, tensors, hasFirstOutput) = ([], [], [], false) }

    /// Nothing compared yet, of what `compared` lists.
    init(_ compared: ComparedTensors) {
        upTo = compared.upTo
        comparedAt = compared.list.map(\.name)
        tensors = compared.list
        hasFirstOutput = compared.hasFirstOutput
    }

    /// Adds what both models make of one batch, tensor by tensor. `labels`: one class per image, or nil.
    mutating func add(dense before: [Tensor], compact after: [Tensor], labels: [Int]?) throws {
        let pairs = zip(tensors, zip(before, after)).map { tensor, values in tensor.aligned(values.0, values.1) }
        deviation.add(dense: pairs.map(\.dense), compact: pairs.map(\.compact), hasClasses: hasFirstOutput)
        differences.add(dense: pairs.map(\.dense), compact: pairs.map(\.compact))
        guard let labels, hasFirstOutput, let first = before.first, let second = after.first else { return }
        var evaluations = (dense ?? Evaluation(), compact ?? Evaluation())
        try evaluations.0.add(first, labels: labels)
        try evaluations.1.add(second, labels: labels)
        (dense, compact) = evaluations
        differences.add(dense: first, compact: second, labels: labels)
    }

    /// Throws unless the deviation is a number and within `tolerance` of the output's range, where there is one.
    package func check(tolerance: Double?) throws(SurgeryError) {
        guard deviation.isFinite else { throw .notFinite(model: "dense or the compact") }
        guard let tolerance else { return }
        guard deviation.maxRelativeError <= tolerance else {
            // Inside the model the place has to be named.
            let place = upTo.isEmpty ? nil : deviation.worst.map { comparedAt[$0] }
            throw .deviates(found: deviation.maxRelativeError, tolerance: tolerance, at: place)
        }
    }

    /// The deviation allowed by default, relative to the output's range: what rounding may do when everything cut is
    /// proven, what small weights may do when it is not, and anything when filters were chosen whatever they do.
    package static func defaultTolerance(_ weakest: Proof?) -> Double? {
        switch weakest {
        case nil, .proven, .inBox: 1e-4
        case .approximate, .observed: 1e-2
        case .chosen: nil
        }
    }
}
