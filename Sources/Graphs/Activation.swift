/// A function of one number, or of a vector along an axis: all activations that checkpoints have by name.
///
/// Formulas are Keras 3's; where Keras 2 differs (hard sigmoid, the default slope of leaky ReLU), the reader of the
/// checkpoint sets the parameters that the writing version meant.
package enum Activation: Sendable, Equatable {
    case linear
    /// f(x) = min(x, maximum) for x > threshold, slope · (x − threshold) up to it. ReLU, ReLU6, LeakyReLU.
    case relu(maximum: Float? = nil, slope: Float = 0, threshold: Float = 0)
    /// x for x > 0, alpha · (eˣ − 1) below.
    case elu(alpha: Float = 1)
    /// scale · elu(x, α) with the two constants of Klambauer et al. 2017.
    case selu
    /// max(x, 0) + alpha · (exp(min(x, 0) / alpha) − 1).
    case celu(alpha: Float = 1)
    case sigmoid
    /// clip(slope · x + offset, 0, 1): Keras 3 has 1/6 and 1/2, Keras 1 and 2 have 0.2 and 0.5.
    case hardSigmoid(slope: Float = 1 / 6, offset: Float = 0.5)
    case tanh
    /// clip(x, −1, 1).
    case hardTanh
    case exponential
    /// ln(1 + eˣ).
    case softplus
    /// x / (1 + |x|).
    case softsign
    /// x · sigmoid(x): silu, swish.
    case swish
    /// x · clip(x / 6 + 1/2, 0, 1).
    case hardSwish
    /// x · Φ(x), or its tanh approximation.
    case gelu(approximate: Bool = false)
    /// x · tanh(softplus(x)).
    case mish
    /// −softplus(−x).
    case logSigmoid
    /// x − tanh(x).
    case tanhShrink
    /// x where |x| > threshold, else 0.
    case hardShrink(threshold: Float = 0.5)
    /// sign(x) · max(|x| − threshold, 0).
    case softShrink(threshold: Float = 0.5)
    /// x where x > threshold, else value.
    case threshold(Float, value: Float)
    /// (x + √(x² + b)) / 2.
    case squareplus(b: Float = 4)
    /// 0 for x ≤ −1, x for x ≥ 1, (x + 1)² / 4 between.
    case sparsePlus
    /// 0 for x ≤ −1, 1 for x ≥ 1, (x + 1) / 2 between.
    case sparseSigmoid
    /// exp(x) / Σ exp(x) over `axes`: the batch axis not counted; negative counts from the end.
    case softmax(axes: [Int] = [-1])
    /// ln softmax(x) over the last axis.
    case logSoftmax
    /// Keras's sparsemax over the last axis, which is not Martins & Astudillo's: its threshold sums running sums.
    case sparsemax

    package static let relu6: Activation = .relu(maximum: 6)
    /// Plain ReLU.
    package static let rectifier: Activation = .relu()

    /// Whether one number in gives one number out; false for those that look along an axis.
    package var isElementwise: Bool {
        switch self {
        case .softmax, .logSoftmax, .sparsemax: false
        default: true
        }
    }

    /// Whether what comes out at one position of an axis depends on what goes in at others; `rank` without the batch
    /// axis.
    package func mixes(axis: Int, rank: Int) -> Bool {
        switch self {
        case let .softmax(axes): axes.contains { ($0 < 0 ? $0 + rank : $0) == axis }
        case .logSoftmax, .sparsemax: axis == rank - 1
        default: false
        }
    }
}
