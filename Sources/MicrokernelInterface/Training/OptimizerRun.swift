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
        self.parameters = parameters
        self.gradients = gradients
        self.first = first
        self.second = second
        self.third = third
        self.count = count
        self.rate = rate
        self.momentScale = momentScale
        self.l2 = l2
        self.l1 = l1
        self.decay = decay
    }
}
