import Foundation
import Networks
import Tensors
import Testing

@Suite struct DistributionLabels {
    @Test("Against class probabilities the loss is Σ −t log p, and errors go by the likeliest class")
    func loss() throws {
        var evaluation = Evaluation()
        try evaluation.add(
            Tensor(shape: [2, 2], [0.25, 0.75, 0.5, 0.5]), labels: [0, 1], distributions: [0.75, 0.25, 0, 1])
        #expect(abs(evaluation.loss - (-0.75 * log(0.25) - 0.25 * log(0.75) - log(0.5)) / 2) < 1e-12)
        #expect(evaluation.top1Error == 100 && evaluation.softImages == 1)
    }

    @Test("So for logits, and for the one probability of two classes")
    func others() throws {
        var logits = Evaluation(), single = Evaluation()
        try logits.add(Tensor(shape: [1, 2], [2, 0]), labels: [0], distributions: [0.75, 0.25])
        #expect(abs(logits.loss - (log(exp(2.0) + 1) - 0.75 * 2)) < 1e-12)
        try single.add(Tensor(shape: [1, 1], [0.25]), labels: [1], distributions: [0.5, 0.5])
        #expect(abs(single.loss - (-0.5 * log(0.75) - 0.5 * log(0.25))) < 1e-12)
    }

    @Test("Rows of another number of classes are refused")
    func width() {
        var evaluation = Evaluation()
        #expect(throws: EvaluationError.distributions(3, classes: 2)) {
            try evaluation.add(Tensor(shape: [1, 2], [0.5, 0.5]), labels: [0], distributions: [0.5, 0.25, 0.25])
        }
    }
}
