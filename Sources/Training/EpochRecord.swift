import Foundation

/// The results of one epoch.
///
/// No times: the history is part of the checkpoint, and two runs that learn the same write the same bytes.
package struct EpochRecord: Codable, Sendable, Equatable {
    /// Counted from 1.
    package var epoch: Int
    /// η of its last step.
    package var learningRate: Double
    /// Mean cross-entropy of the training images in nats, each before the step on it.
    package var loss: Double
    /// Percent of the training images missed, likewise.
    package var top1Error: Double
    package var top5Error: Double
    /// Over the test images, after the epoch; nil where there are none.
    package var testLoss: Double?
    package var testTop1Error: Double?
    package var testTop5Error: Double?
    /// Percent of convolution filters with |γ| < 1e-3.
    package var sparsity: Double
    package var layers: [ScaleSummary]
}

extension [EpochRecord] {
    /// As a checkpoint notes them.
    package var notes: [String: String] { get throws { ["training_history": try json] } }

    /// The same records, the same bytes.
    package var json: String {
        get throws { String(decoding: try JSONEncoder.results().encode(self), as: UTF8.self) }
    }
}
