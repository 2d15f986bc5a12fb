import Tensors

/// The wanted distribution over the classes of each training image, where labels are rows of probabilities.
struct SoftLabels: Sendable {
    /// The probabilities of a row.
    let classes: Int
    private let contents: Contents

    private enum Contents: Sendable {
        case memory([Float])
        case source(any ImageSource)
    }

    /// The most floats that are held in memory; what is more is read row by row.
    private static let largestMemory = 1 << 29

    /// Those of the first `count` images; nil where labels are class numbers, or each row is all on one class. Throws
    /// `invalidLabel` for rows of another length than `classes`, and what reading throws.
    init?(_ source: any ImageSource, count: Int, classes: Int) throws {
        guard let first = try source.distributions(0..<1) else { return nil }
        guard first.count == classes else {
            throw DatasetError.invalidLabel(
                path: source.path, dataset: "labels", image: 0,
                reason: "its row has \(first.count) probabilities, there are \(classes) classes")
        }
        let fits = [count, classes].product ?? .max <= Self.largestMemory
        var rows: [Float] = [], isOneHot = true
        let step = max(1, (1 << 20) / classes)
        for start in stride(from: 0, to: count, by: step) {
            guard let piece = try source.distributions(start..<min(count, start + step)) else { return nil }
            isOneHot = isOneHot && piece.isOneHot
            if fits { rows += piece }
        }
        if isOneHot { return nil }
        self.classes = classes
        contents = fits ? .memory(rows) : .source(source)
    }

    /// The rows of `images`, one after the other. Throws what reading throws.
    func rows(of images: ArraySlice<Int>) throws -> [Float] {
        switch contents {
        case let .memory(rows): images.flatMap { rows[($0 * classes)..<(($0 + 1) * classes)] }
        case let .source(source): try images.flatMap { try source.distributions($0..<($0 + 1)) ?? [] }
        }
    }
}

extension [Float] {
    /// Whether rows of probabilities are nothing but 0 and 1: what class numbers say as well.
    var isOneHot: Bool { allSatisfy { $0 == 0 || $0 == 1 } }
}
