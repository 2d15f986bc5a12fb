/// The results of a row, means over its seeds. Percent.
package struct MeasuredRow: Sendable, Equatable {
    package let row: ExperimentRow
    /// Filters that never activate; nil where that was not looked at.
    package var activation: Double?
    /// Filters that are dead by the experiment's sign of the weights.
    package var dead: Double
    package var error: Double
    package var errorAfter: Double?
    package var weightsCut: Double?
    package var stepsTimesLambda: Double
    /// How many images errors were measured on; nil: as many as it takes.
    package var testImages: Int?
    /// Each layer's dead.
    package var layers: [Double]
    package var trainingLoss: Double?
    package var testLoss: Double?
    package var top5Error: Double?

    package init(
        _ row: ExperimentRow, activation: Double? = nil, dead: Double, error: Double, errorAfter: Double? = nil,
        weightsCut: Double? = nil,
        stepsTimesLambda: Double, testImages: Int? = nil, layers: [Double] = []
    ) {
        (self.row, self.activation, self.dead, self.error, self.errorAfter) = (row, activation, dead, error, errorAfter)
        (self.weightsCut, self.stepsTimesLambda, self.testImages) = (weightsCut, stepsTimesLambda, testImages)
        self.layers = layers
    }

    /// The same as a paper prints it.
    package var figures: PaperFigures {
        PaperFigures(
            activation: activation, scale: dead, error: error, top5Error: top5Error, errorAfter: errorAfter,
            layers: layers, parametersCut: weightsCut, trainingLoss: trainingLoss, testLoss: testLoss)
    }

    /// The mean of the results of `row`; nil where none of its runs came to an end with numbers.
    package init?(_ row: ExperimentRow, _ results: [RowResult]) {
        let done = results.filter { $0.row == row.label && $0.measurement != nil },
            measured = done.compactMap(\.measurement)
        guard let first = measured.first, let steps = done.first?.stepsTimesLambda else { return nil }
        func mean(_ value: (NetworkMeasurement) -> Double) -> Double {
            measured.reduce(0) { $0 + value($1) } / Double(measured.count)
        }
        self.init(
            row, activation: mean(\.silent), dead: mean(\.dead), error: mean(\.error.before),
            errorAfter: mean(\.error.after), weightsCut: mean(\.weightsCut),
            stepsTimesLambda: steps, testImages: first.testImages,
            layers: first.layers.indices.map { index in
                mean { 100 * Double($0.layers[index].dead) / Double(max(1, $0.layers[index].filters)) }
            })
        let losses = done.compactMap { $0.history.last?.loss }
        trainingLoss = losses.isEmpty ? nil : losses.reduce(0, +) / Double(losses.count)
        testLoss = mean(\.loss.before)
        top5Error = mean(\.top5Error)
    }
}
