import Datasets
import Sparsity
import Training

/// A table or figure of the papers: the runs it consists of, and how they were made.
package struct Experiment: Sendable {
    /// By what sign of the weights a filter is dead, and cut.
    package enum Sign: String, Sendable, Codable {
        /// |γ| < 1e-3 (Mehta et al. 2019).
        case scale
        /// The norm of the weights that feed it is nearly 0 (Yaguchi et al. 2018), where there is no γ.
        case weight
    }

    /// What is shown beside the table.
    package enum Figure: String, Sendable, Codable {
        /// Quantiles of γ and β of each layer as the epochs go by.
        case scales
        /// How many features of each layer answer to how many of the images.
        case universality
    }

    package let name: String
    package let title: String
    /// The data set of the paper, and the number of its classes and training images.
    package let dataset: DatasetKind
    package let classes: Int
    package let images: Int
    /// Epochs of each segment at `referenceBatch`; with another batch as many as make the same number of steps.
    package let epochs: [Int]
    package let referenceBatch: Int
    /// What the learning rate is multiplied with from segment to segment.
    package let drop: Double
    package let sign: Sign
    package let figures: [Figure]
    /// What a reader should know of the rows.
    package let note: String?
    package let rows: [ExperimentRow]

    init(
        _ name: String, _ title: String, dataset: DatasetKind, classes: Int, images: Int = 50_000,
        epochs: [Int] = [250, 75], referenceBatch: Int = 40,
        drop: Double = 0.1, sign: Sign = .scale, figures: [Figure] = [], note: String? = nil, rows: [ExperimentRow]
    ) {
        (self.name, self.title, self.dataset, self.classes, self.images) = (name, title, dataset, classes, images)
        (self.epochs, self.referenceBatch, self.drop, self.sign) = (epochs, referenceBatch, drop, sign)
        (self.figures, self.note, self.rows) = (figures, note, rows)
    }

    /// How many steps each run of the paper had.
    package var paperSteps: Double { Double(epochs.reduce(0, +)) * Double(images) / Double(referenceBatch) }

    /// The experiment of that name. Throws `ExperimentError.unknown`.
    package static func named(_ name: String) throws -> Experiment {
        guard let experiment = all.first(where: { $0.name == name }) else {
            throw ExperimentError.unknown(name, known: all.map(\.name) + [ScaleDecay.name])
        }
        return experiment
    }

    /// Its rows of these labels, all where there are none. Throws `ExperimentError.unknownRow`.
    package func rows(_ labels: [String]) throws -> [ExperimentRow] {
        if let label = labels.first(where: { label in !rows.contains { $0.label == label } }) {
            throw ExperimentError.unknownRow(label, experiment: name, known: rows.map(\.label))
        }
        return labels.isEmpty ? rows : rows.filter { labels.contains($0.label) }
    }
}
