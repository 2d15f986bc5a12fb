/// What the scales γ of batch normalizations start with.
package enum InitialScale: Sendable, Equatable, CustomStringConvertible, Codable {
    /// All of them with one number.
    case constant(Float)
    /// Each with a number of its own, drawn evenly from 0 to 1: what PyTorch did up to 1.1, in the years of the papers.
    case uniform

    /// `uniform` or a finite number.
    package init?(_ text: String) {
        if text == "uniform" {
            self = .uniform
        } else if let number = Float(text), number.isFinite {
            self = .constant(number)
        } else {
            return nil
        }
    }

    var isFinite: Bool {
        if case let .constant(value) = self { value.isFinite } else { true }
    }

    package var description: String {
        switch self {
        case let .constant(value): "\(value)"
        case .uniform: "uniform"
        }
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let value = try? container.decode(Float.self) {
            self = .constant(value)
        } else if try container.decode(String.self) == Self.uniform.description {
            self = .uniform
        } else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "neither a number nor 'uniform'")
        }
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case let .constant(value): try container.encode(value)
        case .uniform: try container.encode(description)
        }
    }
}
