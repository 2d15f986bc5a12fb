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
        get throws {
            let encoder = JSONEncoder()
            encoder.outputFormatting = .sortedKeys
            return String(decoding: try encoder.encode(self), as: UTF8.self)
        }
    }

    /// One line an epoch under a header, one column a layer for its dead filters and the quantiles of its γ and β.
    package var csv: String {
        let layers = first?.layers ?? [], shares = ["min", "q05", "q25", "q50", "q75", "q95", "max"]
        var header = [
            "epoch", "learningRate", "loss", "top1Error", "top5Error", "testLoss", "testTop1Error", "testTop5Error",
            "sparsity",
        ]
        for layer in layers {
            header.append("\(layer.layer):dead")
            for (name, values) in [("gamma", layer.gamma), ("beta", layer.beta)] {
                header += zip(shares, values).map { "\(layer.layer):\(name):\($0.0)" }
            }
        }
        let lines = map { record in
            var line = [record.learningRate, record.loss, record.top1Error, record.top5Error].map { "\($0)" }
            line += [record.testLoss, record.testTop1Error, record.testTop5Error].map { $0.map { "\($0)" } ?? "" }
            line.append("\(record.sparsity)")
            for layer in record.layers { line += ["\(layer.dead)"] + (layer.gamma + layer.beta).map { "\($0)" } }
            return ([String(record.epoch)] + line).joined(separator: ",")
        }
        return ([header.map(Self.quoted).joined(separator: ",")] + lines).joined(separator: "\n") + "\n"
    }

    private static func quoted(_ text: String) -> String {
        text.contains { ",\"\n".contains($0) } ? "\"\(text.replacing("\"", with: "\"\""))\"" : text
    }
}
