import Graphs

// Keras's words for options.

extension DataFormat {
    var keras: String {
        switch self {
        case .channelsLast: "channels_last"
        case .channelsFirst: "channels_first"
        }
    }
}

extension Padding {
    var keras: String {
        switch self {
        case .valid: "valid"
        case .same: "same"
        case .causal: "causal"
        }
    }

    init?(keras word: String) {
        guard let padding = [Padding.valid, .same, .causal].first(where: { $0.keras == word }) else { return nil }
        self = padding
    }
}

extension UpSampling.Interpolation {
    var keras: String {
        switch self {
        case .nearest: "nearest"
        case .bilinear: "bilinear"
        }
    }

    init?(keras word: String) {
        guard let way = [Self.nearest, .bilinear].first(where: { $0.keras == word }) else { return nil }
        self = way
    }
}
