import Networks
import Tensors

/// How far a compact model's answers are from the dense one's, gathered batch by batch.
package struct Deviation: Sendable, Equatable {
    package private(set) var images = 0
    /// Largest |compact − dense| over all outputs, images and elements.
    package private(set) var maxAbsoluteError = 0.0
    /// The same divided, output by output, by that output's largest |dense|; an output that is 0 throughout counts as
    /// is.
    package var maxRelativeError: Double { relativeErrors.max() ?? 0 }
    /// The position of the output that deviates most, relative to its range; nil before anything was compared.
    package var worst: Int? { relativeErrors.indices.max { relativeErrors[$0] < relativeErrors[$1] } }
    private var relativeErrors: [Double] { zip(errors, ranges).map { $1 > 0 ? $0 / $1 : $0 } }
    /// The share of images whose top class of the first output stays; nil where that is not a vector of classes.
    package var agreement: Double? { images == 0 || !hasClasses ? nil : Double(agreeing) / Double(images) }
    /// Whether every output of both models was a finite number.
    package private(set) var isFinite = true
    private var errors: [Double] = []
    private var ranges: [Double] = []
    private var agreeing = 0
    private var hasClasses = true

    package init() {}

    /// Adds the outputs of both models for one batch, in model order. `hasClasses`: whether the first of them may tell
    /// classes.
    package mutating func add(dense: [Tensor], compact: [Tensor], hasClasses mayHaveClasses: Bool = true) {
        precondition(dense.map(\.shape) == compact.map(\.shape), "outputs of different shapes cannot be compared")
        if errors.isEmpty {
            errors = dense.map { _ in 0 }
            ranges = errors
        }
        for (index, (a, b)) in zip(dense, compact).enumerated() {
            a.withSpan { x in
                b.withSpan { y in
                    for i in x.indices {
                        let difference = abs(Double(y[i]) - Double(x[i]))
                        errors[index] = max(errors[index], difference)
                        ranges[index] = max(ranges[index], abs(Double(x[i])))
                        if !x[i].isFinite || !y[i].isFinite { isFinite = false }
                    }
                }
            }
        }
        maxAbsoluteError = errors.max() ?? 0
        images += dense.first?.shape.first ?? 0
        countAgreement(mayHaveClasses ? dense.first : nil, compact.first)
    }

    private mutating func countAgreement(_ dense: Tensor?, _ compact: Tensor?) {
        guard let dense, let compact, dense.shape.count == 2, dense.shape[1] > 1 else {
            hasClasses = false
            return
        }
        for image in 0..<dense.shape[0] where Self.top(dense, image) == Self.top(compact, image) { agreeing += 1 }
    }

    private static func top(_ outputs: Tensor, _ image: Int) -> Int {
        let width = outputs.shape[1]
        return (0..<width).max { outputs[image * width + $0] < outputs[image * width + $1] } ?? 0
    }
}
