/// The numbers that a model's input may take, as they are fed: for each channel, or for all, the least and the greatest.
package struct InputRange: Codable, Equatable, Sendable {
    /// One number, or one for each channel.
    package let lowest: [Float]
    /// As many.
    package let highest: [Float]

    /// Nil where there are none, they are not finite, or the least is above the greatest.
    package init?(lowest: [Float], highest: [Float]) {
        guard !lowest.isEmpty, lowest.count == highest.count, (lowest + highest).allSatisfy(\.isFinite),
            zip(lowest, highest).allSatisfy({ $0 <= $1 })
        else { return nil }
        (self.lowest, self.highest) = (lowest, highest)
    }

    /// The channels that it tells apart: 1 where all are alike.
    package var channels: Int { lowest.count }

    /// One range for all channels that holds that of each.
    package var hull: InputRange {
        InputRange(lowest: [lowest.min() ?? 0], highest: [highest.max() ?? 0]) ?? self
    }

    /// What is in both; nil where that is nothing, or they are of other channels.
    package func intersection(_ other: InputRange) -> InputRange? {
        let count = max(channels, other.channels)
        guard [1, count].contains(channels), [1, count].contains(other.channels) else { return nil }
        return InputRange(
            lowest: (0..<count).map { max(self[$0].lowerBound, other[$0].lowerBound) },
            highest: (0..<count).map { min(self[$0].upperBound, other[$0].upperBound) })
    }

    package subscript(channel: Int) -> ClosedRange<Float> {
        let position = channels == 1 ? 0 : channel
        return lowest[position]...highest[position]
    }
}

extension InputRange {
    /// Refuses what no range is: a note may be anything.
    package init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        let lowest = try values.decode([Float].self, forKey: .lowest),
            highest = try values.decode([Float].self, forKey: .highest)
        guard let range = InputRange(lowest: lowest, highest: highest) else {
            throw DecodingError.dataCorruptedError(
                forKey: .lowest, in: values, debugDescription: "the ends are no range")
        }
        self = range
    }
}
