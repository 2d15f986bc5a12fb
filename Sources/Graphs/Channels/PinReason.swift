/// Why a dead channel stays.
package enum PinReason: Hashable, Sendable, CustomStringConvertible {
    /// The model returns the channel to its caller.
    case modelOutput
    /// The channel belongs to the model's input.
    case modelInput
    /// It flows through a layer whose computation is not known.
    case opaque(String)
    /// A layer combines it with a channel that is alive.
    case tied(String)
    /// Its constant is read through zero padding, where no bias can stand for it.
    case padded(String)
    /// It stays to carry the constants of the channels cut beside it.
    case carrier(String)
    /// It fills a group of a convolution, which must stay as wide as the others.
    case grouped(String)
    /// It fills a row of a channel shuffle, which must stay as long as the others.
    case shuffled(String)
    /// A layer computes with all channels together: softmax, layer normalization.
    case alongChannels(String)
    /// A layer looks along another axis than the channels', or regroups them.
    case axis(String)
    /// A layer called several times sees different constants.
    case shared(String)
    /// A layer must keep at least one channel.
    case last(String)
    /// The user protects a layer whose filters it belongs to.
    case protected(String)
    /// It fills a layer up to the width that was asked for.
    case padding(String)
    /// It is dead only by criteria by which nothing was to be cut.
    case notSelected(String)
    /// Its weights are small, but with all such filters cut the answers moved too far.
    case alive
    /// Its consumers still read it.
    case read(String)

    package var description: String {
        switch self {
        case .modelOutput: "model output"
        case .modelInput: "model input"
        case let .opaque(layer): "flows through '\(layer)', whose computation is not known"
        case let .tied(layer): "combined with a live channel by '\(layer)'"
        case let .padded(layer): "its nonzero constant is read through zero padding by '\(layer)'"
        case let .carrier(layer): "carries the constants of the cut channels that '\(layer)' reads through zero padding"
        case let .grouped(layer): "keeps the groups of '\(layer)' equally wide"
        case let .shuffled(layer): "keeps the rows of the channel shuffle at '\(layer)' equally long"
        case let .alongChannels(layer): "'\(layer)' computes with all channels together"
        case let .axis(layer): "'\(layer)' does not keep channels apart"
        case let .shared(layer): "'\(layer)' is called several times and sees different constants"
        case let .last(layer): "'\(layer)' must keep one channel"
        case let .protected(layer): "'\(layer)' is protected"
        case let .padding(layer): "fills '\(layer)' up to an aligned width"
        case let .notSelected(criteria): "dead by \(criteria) only"
        case .alive: "its weights are small, but with all such filters cut the answers move too far"
        case let .read(layer): "read by '\(layer)'"
        }
    }

    /// The reason without the layer it is about: what reports group by.
    package var category: String {
        switch self {
        case .modelOutput: "model output"
        case .modelInput: "model input"
        case .opaque: "opaque layer"
        case .tied: "combined with a live channel"
        case .padded: "nonzero constant under zero padding"
        case .carrier: "carrier of constants"
        case .grouped: "grouped convolution unbalanced"
        case .shuffled: "channel shuffle unbalanced"
        case .alongChannels: "computed with all channels together"
        case .axis: "channels not kept apart"
        case .shared: "shared layer"
        case .last: "last channel of a layer"
        case .protected: "protected layer"
        case .padding: "padding to an aligned width"
        case .notSelected: "criterion not selected"
        case .alive: "small weights that matter"
        case .read: "read by a consumer"
        }
    }
}
