/// What is known of the values one channel of a tensor takes.
package enum ChannelValue: Equatable, Sendable {
    /// Depends on the input, or on the position in the plane.
    case alive
    /// The same number at every position and for every input, as far as the proof goes.
    case constant(Double, Proof)

    package var constant: Double? {
        if case let .constant(value, _) = self { value } else { nil }
    }

    /// Whether the channel is constant by its weights alone.
    package var isProven: Bool {
        if case .constant(_, .proven) = self { true } else { false }
    }

    /// A constant passed through `function`; alive stays alive.
    package func mapped(_ function: (Double) -> Double?) -> ChannelValue {
        guard case let .constant(value, proof) = self, let result = function(value) else { return .alive }
        return .constant(result, proof)
    }
}

/// Why a channel is held to be constant, strongest first. What follows from several facts is as strong as the weakest.
package enum Proof: Int, Comparable, Sendable, Codable {
    /// By the weights: a scale of exactly 0, weights that are all 0. Cutting changes nothing.
    case proven
    /// By weights that are small but not 0: the constant is the mean response. Cutting changes little.
    case approximate
    /// By what was seen of data: this corpus, or the moving statistics of training. Other data may wake the channel.
    case observed
    /// The user asked for the channel to go, whatever it holds. Cutting changes what the network computes.
    case chosen

    package static func < (a: Proof, b: Proof) -> Bool { a.rawValue < b.rawValue }
}
