/// A function of one number that the native kernels compute by whole vectors. NaN gives NaN.
package enum VectorFunction: Sendable, Equatable {
    /// min(x, maximum) for x ≥ 0, slope · x below; a slope of zero makes zero even of −∞.
    case rectifier(slope: Float, maximum: Float)
    /// clip(slope · x + offset, lower, upper).
    case clippedLinear(slope: Float, offset: Float, lower: Float, upper: Float)
    /// x · clip(x / 6 + ½, 0, 1).
    case hardSwish
    /// exp(x − shift).
    case exponential(shift: Float)
    case sigmoid, swish, tanh, geluByTanh
    /// scale · x for x > 0, scale · alpha · (exp(x / divisor) − 1) below; the divisor is positive.
    case elu(scale: Float, alpha: Float, divisor: Float)
}
