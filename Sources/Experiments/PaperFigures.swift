/// What a paper prints of a run, of its own or of one of ours; nil where there is nothing. Percent, but for the losses.
package struct PaperFigures: Sendable, Hashable, Codable {
    /// Filters that never activate.
    package var activation: Double?
    /// Filters with |γ| < 1e-3.
    package var scale: Double?
    /// Top-1 error on the test images.
    package var error: Double?
    package var top5Error: Double?
    /// Top-1 error once the filters with small scales are cut.
    package var errorAfter: Double?
    /// Dead filters of each convolution by scale.
    package var layers: [Double]?
    /// The weights of convolutions that go with the filters.
    package var parametersCut: Double?
    package var trainingLoss: Double?
    package var testLoss: Double?

    package init(
        activation: Double? = nil, scale: Double? = nil, error: Double? = nil, top5Error: Double? = nil,
        errorAfter: Double? = nil,
        layers: [Double]? = nil, parametersCut: Double? = nil, trainingLoss: Double? = nil, testLoss: Double? = nil
    ) {
        (self.activation, self.scale, self.error, self.top5Error) = (activation, scale, error, top5Error)
        (self.errorAfter, self.layers, self.parametersCut) = (errorAfter, layers, parametersCut)
        (self.trainingLoss, self.testLoss) = (trainingLoss, testLoss)
    }
}
