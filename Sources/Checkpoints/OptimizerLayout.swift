/// The order in which an optimizer makes its arrays: it walks over the weights, one or several times, and makes some
/// for each.
struct OptimizerLayout: Equatable {
    var walks: [Walk]

    /// One walk over all weights in the model's order.
    struct Walk: Equatable {
        var arrays: Arrays
        /// What each array of a weight begins with; zeros beyond its end.
        var starts: [Start] = []
    }

    /// What is made for each weight.
    enum Arrays: Equatable {
        /// This many arrays, each as large as the weight.
        case whole(Int)
        /// Adafactor: for a weight of two axes or more the means of its squared gradients along the last axis, and
        /// along the one before it; and for each weight an array as large as itself. Keras 3 keeps a scalar for each of
        /// the two that a weight of one axis has not, Keras 2 does not.
        case factored(keepsScalars: Bool)
        /// Muon: a momentum, and for weights that it leaves to Adam a velocity beside it.
        ///
        /// It leaves none of these numbers of axes (2, in early versions also 3 or 4) to Adam, but for embeddings and
        /// paths that match a pattern in `excluded`.
        case muon(ranks: Set<Int>, excluded: [String] = [])
    }

    enum Start: Equatable {
        case number(Float)
        /// The weight itself: the array is its moving average.
        case weight
    }

    /// The part of a weight that an array is as large as.
    enum Part: Equatable {
        case whole
        /// Without the last axis.
        case rows
        /// Without the last axis but one.
        case columns
        /// No axis of it.
        case scalar

        /// The shape of the array that belongs to a weight of `shape`.
        func shape(of shape: [Int]) -> [Int] {
            switch self {
            case .whole: shape
            case .rows: Array(shape.dropLast())
            case .columns: shape.dropLast(2) + shape.suffix(1)
            case .scalar: []
            }
        }

        /// The axis of the array that is `axis` of a weight of `rank`; nil where it has none.
        func axis(_ axis: Int, rank: Int) -> Int? {
            switch self {
            case .whole: axis
            case .rows: axis == rank - 1 ? nil : axis
            case .columns: axis == rank - 2 ? nil : axis == rank - 1 ? rank - 2 : axis
            case .scalar: nil
            }
        }
    }

    /// Walks that make one array, or several at once, as large as each weight.
    static func whole(_ counts: [Int]) -> OptimizerLayout {
        OptimizerLayout(walks: counts.map { Walk(arrays: .whole($0)) })
    }
}

extension OptimizerLayout.Walk {
    /// The arrays made for one weight, in order.
    ///
    /// - Parameters:
    ///   - shape: the weight's.
    ///   - path: its layer's name with those of the models around it, and its own, between slashes.
    func parts(shape: [Int], path: String) -> [OptimizerLayout.Part] {
        switch arrays {
        case let .whole(count): return Array(repeating: .whole, count: count)
        case let .factored(keepsScalars):
            return shape.count > 1 ? [.rows, .columns, .whole] : keepsScalars ? [.scalar, .scalar, .whole] : [.whole]
        case let .muon(ranks, excluded):
            let isOwn =
                ranks.contains(shape.count) && !path.lowercased().contains("embedding")
                && !excluded.contains { pattern in (try? Regex(pattern)).map { path.contains($0) } ?? false }
            return isOwn ? [.whole] : [.whole, .whole]
        }
    }
}

// MARK: Keras's optimizers

extension OptimizerLayout {
    /// The layouts that a compiled model's optimizer can have: one for most; none where it is not one of Keras's own.
    ///
    /// - Parameter config: as a file has it, `{"class_name": …, "config": {…}}`, or only the name.
    static func known(_ config: JSON) -> [OptimizerLayout] {
        let options = config["config"] ?? .null
        if let inner = options["inner_optimizer"] { return known(inner) }
        guard isKeras(config), let name = config.string ?? config["class_name"]?.string else { return [] }
        func number(_ key: String) -> Float { options[key]?.double.map { Float($0) } ?? 0 }
        func flag(_ key: String) -> Bool { options[key]?.bool ?? false }
        let accumulator = Start.number(options["initial_accumulator_value"]?.double.map { Float($0) } ?? 0.1)
        var first: [Walk] = []
        if flag("use_ema") { first.append(Walk(arrays: .whole(1), starts: [.weight])) }
        if number("gradient_accumulation_steps") > 0 { first.append(Walk(arrays: .whole(1))) }
        func layout(_ walks: Walk...) -> [OptimizerLayout] { [OptimizerLayout(walks: first + walks)] }
        let one = Walk(arrays: .whole(1)), two = Walk(arrays: .whole(2))
        switch name.lowercased() {
        case "sgd": return number("momentum") == 0 ? layout() : layout(one)
        case "lion": return layout(one)
        case "adagrad": return layout(Walk(arrays: .whole(1), starts: [accumulator]))
        case "ftrl": return layout(Walk(arrays: .whole(2), starts: [accumulator]))
        case "adam", "adamw": return flag("amsgrad") ? layout(two, one) : layout(two)
        case "adamax", "nadam", "lamb", "adadelta": return layout(two)
        case "rmsprop":
            let walks = [one] + (number("momentum") > 0 ? [one] : []) + (flag("centered") ? [one] : [])
            return [OptimizerLayout(walks: first + walks)]
        case "adafactor": return [true, false].flatMap { layout(Walk(arrays: .factored(keepsScalars: $0))) }
        case "muon":
            let excluded = options["exclude_layers"]?.array?.compactMap(\.string) ?? []
            return [[2], [2, 3], [2, 3, 4]].flatMap { layout(Walk(arrays: .muon(ranks: $0, excluded: excluded))) }
        default: return []
        }
    }

    private static func isKeras(_ config: JSON) -> Bool {
        if ["registered_name", "class_name"].contains(where: { config[$0]?.string?.contains(">") == true }) {
            return false
        }
        let parts = config["module"]?.string?.split(separator: ".").map(String.init) ?? ["keras"]
        return parts.first == "keras" || parts.first == "tf_keras" || parts.prefix(2) == ["tensorflow", "keras"]
    }

    /// What an optimizer of which nothing is known may do, with `count` arrays for `weights` weights: walks that make
    /// whole arrays.
    static func plausible(arrays count: Int, weights: Int) -> [OptimizerLayout] {
        guard weights > 0, count > 0, count.isMultiple(of: weights), count / weights <= mostPerWeight else { return [] }
        return compositions(of: count / weights).map(whole)
    }

    /// Optimizers that do not make the same arrays for every weight, perhaps behind moving averages or accumulated
    /// gradients.
    static let uneven: [OptimizerLayout] = [[], [1], [1, 1]].flatMap { first in
        let walks: [Arrays] = [
            .factored(keepsScalars: true), .factored(keepsScalars: false), .muon(ranks: [2]), .muon(ranks: [2, 3, 4]),
        ]
        return walks.map { OptimizerLayout(walks: whole(first).walks + [Walk(arrays: $0)]) }
    }

    /// More than any optimizer has.
    private static let mostPerWeight = 8

    /// The ways to write a number as a sum, in order: of 3 these are 1 + 1 + 1, 1 + 2, 2 + 1 and 3.
    private static func compositions(of number: Int) -> [[Int]] {
        if number == 0 { return [[]] }
        return (1...number).flatMap { first in compositions(of: number - first).map { [first] + $0 } }
    }
}
