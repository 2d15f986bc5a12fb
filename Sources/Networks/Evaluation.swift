import Foundation
import Tensors

/// Loss and error of a classifier over labelled images, gathered batch by batch.
package struct Evaluation: Sendable, Equatable {
    /// Mean cross-entropy in nats.
    package var loss: Double { images == 0 ? 0 : totalLoss / Double(images) }
    private var totalLoss: Double {
        var all = self
        all.endBlock()
        return all.losses.total[0]
    }
    /// Percent of images whose label is not the top class.
    package var top1Error: Double { percent(of: misses1) }
    /// Percent of images whose label is not among the top five classes; 0 by definition with five classes or fewer.
    package var top5Error: Double { percent(of: misses5) }
    package private(set) var images = 0
    /// Of those the images whose label was a distribution that is not all on one class.
    package private(set) var softImages = 0
    /// Of the blocks of images that are complete, and of the one under way.
    private var losses: BlockSums
    private var block: Double?
    private var misses1 = 0
    private var misses5 = 0

    /// `block`: the one that begins with the first image.
    package init(from block: Int = 0) { losses = BlockSums(width: 1, from: block) }

    private func percent(of misses: Int) -> Double { images == 0 ? 0 : 100 * Double(misses) / Double(images) }

    private mutating func endBlock() {
        if let block { losses.append([block]) }
        block = nil
    }

    /// Adds a batch of outputs, N × classes: probabilities, or logits where the rows are not distributions. With a
    /// single class the output is the probability (or logit) of label 1.
    ///
    /// `distributions`: where labels are rows of class probabilities, the rows, one after the other. The loss is the
    /// cross-entropy with them as they are, Σ −t log p, unless they are all 0 or 1, and so
    /// no more than class numbers; errors are counted by `labels`, the likeliest classes.
    ///
    /// Throws when labels and classes do not fit.
    package mutating func add(_ outputs: Tensor, labels: [Int], distributions: [Float]? = nil) throws(EvaluationError) {
        guard outputs.shape.count == 2, outputs.shape[0] == labels.count, let width = outputs.shape.last, width > 0
        else { throw .notAClassifier(shape: outputs.shape) }
        let classes = max(width, 2)
        let distributions = distributions.flatMap { $0.allSatisfy { $0 == 0 || $0 == 1 } ? nil : $0 }
        if let distributions, distributions.count != labels.count * classes {
            throw .distributions(distributions.count / max(1, labels.count), classes: classes)
        }
        if let label = labels.first(where: { $0 < 0 || $0 >= classes }) { throw .label(label, classes: classes) }
        outputs.withSpan { values in
            for (image, label) in labels.enumerated() {
                let targets = distributions.map { $0[(image * classes)..<((image + 1) * classes)].map { Double($0) } }
                add(Self.row(image, width, values), label, targets)
            }
        }
    }

    /// The scores of an image, a single one widened to two classes.
    private static func row(_ image: Int, _ width: Int, _ values: Span<Float>) -> [Double] {
        let scores = (0..<width).map { Double(values[image * width + $0]) }
        guard width == 1 else { return scores }
        return scores[0] >= 0 && scores[0] <= 1 ? [1 - scores[0], scores[0]] : [0, scores[0]]
    }

    private mutating func add(_ scores: [Double], _ label: Int, _ targets: [Double]?) {
        images += 1
        defer { if images % ImageBlocks.size == 0 { endBlock() } }
        var loss = 0.0
        defer { block = (block ?? 0) + loss }
        let isDistribution = scores.allSatisfy { $0 >= 0 } && abs(scores.reduce(0, +) - 1) < 1e-3
        let top = scores.max() ?? 0, logarithm = isDistribution ? 0 : top + log(scores.reduce(0) { $0 + exp($1 - top) })
        // Keras's clipping: a probability of 0 costs a finite amount.
        func cost(_ score: Double) -> Double { isDistribution ? -log(max(score, 1e-7)) : logarithm - score }
        if let targets {
            if targets.contains(where: { $0 != 0 && $0 != 1 }) { softImages += 1 }
            loss = zip(targets, scores).reduce(0) { $1.0 == 0 ? $0 : $0 + $1.0 * cost($1.1) }
        } else {
            loss = cost(scores[label])
        }
        // Ties are broken as argmax does: the earlier class wins. An image whose own score is NaN is missed.
        let own = scores[label]
        let rank = scores.indices.count { scores[$0] > own || (scores[$0] == own && $0 < label) || own.isNaN }
        if rank >= 1 { misses1 += 1 }
        if rank >= 5 && scores.count > 5 { misses5 += 1 }
    }
}

/// The evaluation of some blocks of a corpus, as a part of that of all.
extension Evaluation {
    /// Images, those with soft labels, those whose label is not the top class, nor among the top five.
    package var counts: [Int] { [images, softImages, misses1, misses5] }

    /// The losses of the subtrees that its blocks make.
    package var lossSums: [Double] {
        var all = self
        all.endBlock()
        return all.losses.values
    }

    /// That of `blocks`, whose counts and losses are given.
    package init(blocks: Range<Int>, counts: [Int], lossSums: [Double]) {
        losses = BlockSums(width: 1, blocks: blocks, values: lossSums)
        (images, softImages, misses1, misses5) = (counts[0], counts[1], counts[2], counts[3])
    }

    /// Adds that of the blocks that follow.
    package mutating func append(_ other: Evaluation) {
        var other = other
        endBlock()
        other.endBlock()
        losses.append(contentsOf: other.losses)
        images += other.images
        softImages += other.softImages
        misses1 += other.misses1
        misses5 += other.misses5
    }
}

/// Why outputs cannot be held against labels.
package enum EvaluationError: Error, Equatable, CustomStringConvertible {
    case notAClassifier(shape: [Int])
    case label(Int, classes: Int)
    /// Labels that are rows of another number of class probabilities than the model has classes.
    case distributions(Int, classes: Int)

    package var description: String {
        switch self {
        case let .notAClassifier(shape):
            "the model's first output has shape \(shape), labels need one score per class and image: evaluate a classifier"
        case let .distributions(count, classes):
            "labels are rows of \(count) class probabilities, the model knows \(classes) classes: use the dataset the model was made for"
        case let .label(label, classes):
            "label \(label) in the data, the model knows classes 0…\(classes - 1): use the dataset the model was made for"
        }
    }
}
