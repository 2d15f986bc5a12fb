/// A step of an optimizer over `count` parameters, which like all arrays here can be read in whole vectors.
package struct OptimizerRun {
    package var parameters: UnsafeMutablePointer<Float>
    package var gradients: UnsafePointer<Float>
    package var first: UnsafeMutablePointer<Float>
    package var second: UnsafeMutablePointer<Float>
    package var third: UnsafeMutablePointer<Float>
    package var count: Int
    package var rate: Float
    package var l2: Float
    package var l1: Float
    package var decay: Float

    package init(
        parameters: UnsafeMutablePointer<Float>, gradients: UnsafePointer<Float>, first: UnsafeMutablePointer<Float>,
        second: UnsafeMutablePointer<Float>,
        third: UnsafeMutablePointer<Float>, count: Int, rate: Float, l2: Float, l1: Float, decay: Float
    ) {
        self.parameters = parameters
        self.gradients = gradients
        self.first = first
        self.second = second
        self.third = third
        self.count = count
        self.rate = rate
        self.l2 = l2
        self.l1 = l1
        self.decay = decay
    }
}

/// What an optimizer does with a gradient, as the native kernels need to know it: `keep` and `take` are a moving
/// average's shares of the old and the new.
package enum VectorRule: Sendable {
    case plain
    case momentum(Float, nesterov: Bool)
    case adam(keep1: Float, take1: Float, keep2: Float, take2: Float, epsilon: Float, scale: Float, amsgrad: Bool)
    case adamax(keep1: Float, take1: Float, keep2: Float, epsilon: Float)
    /// v ← keep v + take g².
    case scaled(keep: Float, take: Float, epsilon: Float)
    case adadelta(keep: Float, take: Float, epsilon: Float)
}
