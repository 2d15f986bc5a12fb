/// What is known of the values one channel of a tensor takes.
package enum ChannelValue: Equatable, Sendable {
    /// Depends on the input.
    case alive
    /// The same number at every position and for every input, as far as the proof goes.
    case constant(Double, Proof)
    /// Depends on the position, not on the input: known for the plane that the model declares.
    case plane(PlaneMap, Proof)

    /// A plane of numbers, or the constant that it is when it has one value.
    package init(_ map: PlaneMap, _ proof: Proof) {
        if let first = map.values.first, map.values.allSatisfy({ $0 == first }) {
            self = .constant(first, proof)
        } else {
            self = .plane(map, proof)
        }
    }

    package var constant: Double? { if case let .constant(value, _) = self { value } else { nil } }

    /// How sure it is that the input does not matter; nil for what is alive.
    package var proof: Proof? {
        switch self {
        case .alive: nil
        case let .constant(_, proof), let .plane(_, proof): proof
        }
    }

    /// Whether the input does not matter by the weights alone.
    package var isProven: Bool { proof == .proven }

    /// Whether two channels hold the same, however sure that is.
    package func isSame(as other: ChannelValue) -> Bool {
        switch (self, other) {
        case let (.constant(a, _), .constant(b, _)): a == b
        case let (.plane(a, _), .plane(b, _)): a == b
        default: false
        }
    }

    /// What `function` makes of every value; alive stays alive.
    package func mapped(_ function: (Double) -> Double?) -> ChannelValue {
        switch self {
        case .alive: return .alive
        case let .constant(value, proof): return function(value).map { .constant($0, proof) } ?? .alive
        case let .plane(map, proof): return map.mapped(function).map { ChannelValue($0, proof) } ?? .alive
        }
    }

    /// The values over a plane like `plane`; nil for what is alive.
    package func map(over plane: PlaneMap) -> PlaneMap? {
        switch self {
        case .alive: nil
        case let .constant(value, _):
            PlaneMap(
                height: plane.height, width: plane.width, values: Array(repeating: value, count: plane.values.count))
        case let .plane(map, _): map.height == plane.height && map.width == plane.width ? map : nil
        }
    }
}

/// Why a channel is held to be constant, strongest first. What follows from several facts is as strong as the weakest.
package enum Proof: Int, Comparable, Sendable, Codable {
    /// By the weights: a scale of exactly 0, weights that are all 0. Cutting changes nothing.
    case proven
    /// By the weights for every input inside a box: cutting changes nothing there.
    case inBox
    /// By weights that are small but not 0: the constant is the mean response. Cutting changes little.
    case approximate
    /// By what was seen of data: this corpus, or the moving statistics of training. Other data may wake the channel.
    case observed
    /// The user asked for the channel to go, whatever it holds. Cutting changes what the network computes.
    case chosen

    package static func < (a: Proof, b: Proof) -> Bool { a.rawValue < b.rawValue }
}
