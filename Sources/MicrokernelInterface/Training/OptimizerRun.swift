/// A step of an optimizer over `count` parameters, which like all arrays here can be read in whole vectors.
package struct OptimizerRun {
    package var parameters: UnsafeMutablePointer<Float>
    package var gradients: UnsafePointer<Float>
    package var first: UnsafeMutablePointer<Float>
    package var second: UnsafeMutablePointer<Float>
    package var third: UnsafeMutablePointer<Float>
    package var count: Int
    /// η, with whatever corrects the bias of the first moment.
    package var rate: Float
    /// What Adam's second moment is multiplied with before its root.
    package var momentScale: Float
    package var l2: Float
    package var l1: Float
    package var decay: Float

    package init(
        parameters: UnsafeMutablePointer<Float>, gradients: UnsafePointer<Float>, first: UnsafeMutablePointer<Float>,
        second: UnsafeMutablePointer<Float>,
        third: UnsafeMutablePointer<Float>, count: Int, rate: Float, momentScale: Float, l2: Float, l1: Float,
        decay: Float
    ) {
        (self.parameters, self.gradients, self.first, self.second) = (parameters, gradients, first, second)
        (self.third, self.count, self.rate, self.momentScale, self.l2) = (third, count, rate, momentScale, l2)
        (self.l1, self.decay) = (l1, decay)
    }
}
