import Foundation
import Tensors

/// Where the answers of a compact model differ from those of the dense one: image by image, and class by class.
package struct AnswerDifferences: Sendable {
    /// Of each compared tensor: by the power of ten that it lies below, how many images have such a largest
    /// |compact − dense|; under `exact` those that are the same to the bit.
    package private(set) var decades: [[Int: Int]] = []
    /// The key of images without any difference.
    package static let exact = Int.min
    /// The images that differ most, numbered in the order in which they were compared, and by how much over all tensors;
    /// at most ten, the farthest first, of equal ones the earlier.
    package private(set) var farthest: [(image: Int, difference: Double)] = []
    /// By class, where images have labels.
    package private(set) var classes: ClassAnswers?
    private var images = 0

    private static let mostFarthest = 10

    /// Adds one batch: of each tensor what both models make of it, with the same shape.
    mutating func add(dense: [Tensor], compact: [Tensor]) {
        guard let count = dense.first?.shape.first, count > 0 else { return }
        if decades.isEmpty { decades = dense.map { _ in [:] } }
        var largest = Array(repeating: 0.0, count: count)
        for (index, (before, after)) in zip(dense, compact).enumerated() {
            let width = before.count / count
            before.withSpan { x in
                after.withSpan { y in
                    for image in 0..<count {
                        var difference = 0.0
                        for i in image * width..<(image + 1) * width {
                            // What is no number is as far as can be.
                            let here = abs(Double(y[i]) - Double(x[i]))
                            difference = max(difference, here.isNaN ? .infinity : here)
                        }
                        decades[index][Self.decade(difference), default: 0] += 1
                        largest[image] = max(largest[image], difference)
                    }
                }
            }
        }
        for (image, difference) in largest.enumerated() where difference > 0 {
            let isFull = farthest.count == Self.mostFarthest
            if isFull, difference <= farthest[farthest.count - 1].difference { continue }
            let place = farthest.firstIndex { $0.difference < difference } ?? farthest.count
            if isFull { farthest.removeLast() }
            farthest.insert((images + image, difference), at: place)
        }
        images += count
    }

    /// Adds the first output of both, images × classes, and the images' classes.
    mutating func add(dense: Tensor, compact: Tensor, labels: [Int]) {
        guard dense.shape.count == 2, dense.shape[1] > 1, dense.shape == compact.shape else { return }
        var classes = classes ?? ClassAnswers(classes: dense.shape[1])
        classes.add(dense: dense.topClasses, compact: compact.topClasses, labels: labels)
        self.classes = classes
    }

    private static func decade(_ difference: Double) -> Int {
        if difference == 0 { return exact }
        return difference.isFinite ? Int(log10(difference).rounded(.down)) + 1 : 999
    }
}

/// How often each class is missed, and what it is taken for, by both models.
package struct ClassAnswers: Sendable {
    package let classes: Int
    /// Images of each class; those of them that the dense and the compact model miss.
    package private(set) var images: [Int]
    package private(set) var missedByDense: [Int]
    package private(set) var missedByCompact: [Int]
    /// By class and by what it was taken for, row by row; empty where there are more than `mostConfused` classes.
    package private(set) var dense: [Int]
    package private(set) var compact: [Int]

    /// A larger table tells nobody anything.
    private static let mostConfused = 20

    init(classes: Int) {
        self.classes = classes
        let none = Array(repeating: 0, count: classes)
        (images, missedByDense, missedByCompact) = (none, none, none)
        let table = classes > Self.mostConfused ? [] : Array(repeating: 0, count: classes * classes)
        (dense, compact) = (table, table)
    }

    mutating func add(dense before: [Int], compact after: [Int], labels: [Int]) {
        for ((label, before), after) in zip(zip(labels, before), after) where images.indices.contains(label) {
            images[label] += 1
            if before != label { missedByDense[label] += 1 }
            if after != label { missedByCompact[label] += 1 }
            if dense.isEmpty { continue }
            dense[label * classes + before] += 1
            compact[label * classes + after] += 1
        }
    }
}

extension Tensor {
    /// Of images × classes the class with the largest number of each image; of equal ones the first.
    fileprivate var topClasses: [Int] {
        let width = shape[1]
        return withSpan { values in
            (0..<shape[0]).map { image in
                (1..<width).reduce(0) { values[image * width + $1] > values[image * width + $0] ? $1 : $0 }
            }
        }
    }
}
