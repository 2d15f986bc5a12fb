import Graphs

/// The lowest and the highest of some pixels.
package struct PixelRange: Codable, Equatable, Sendable {
    package var lowest: Double
    package var highest: Double

    package init(_ lowest: Double, _ highest: Double) { (self.lowest, self.highest) = (lowest, highest) }

    /// Nil where there is no finite number. Others are left out: reading the image names them.
    init?(of numbers: some Sequence<Double>) {
        var range: PixelRange?
        for number in numbers where number.isFinite {
            range =
                range.map { PixelRange(min($0.lowest, number), max($0.highest, number)) } ?? PixelRange(number, number)
        }
        guard let range else { return nil }
        self = range
    }

    static let bytes = PixelRange(0, 255)

    var width: Double { highest - lowest }
    var magnitude: Double { max(abs(lowest), abs(highest)) }

    func union(_ other: PixelRange) -> PixelRange { PixelRange(min(lowest, other.lowest), max(highest, other.highest)) }

    /// What an affine function of each of some channels makes of it, all channels together.
    private func mapped(channels: Int, _ function: (Double, Int) -> Double) -> PixelRange {
        (0..<channels).reduce(into: nil as PixelRange?) { result, channel in
            let ends = (function(lowest, channel), function(highest, channel)),
                range = PixelRange(min(ends.0, ends.1), max(ends.0, ends.1))
            result = result?.union(range) ?? range
        } ?? self
    }

    /// What `preprocessing` makes of it.
    func treated(by preprocessing: Preprocessing) -> PixelRange {
        mapped(channels: preprocessing.period, preprocessing.number)
    }

    /// What a model's own first layers make of it.
    func scaled(by layers: InputScaling) -> PixelRange {
        mapped(channels: layers.scale.count) { layers.scale[$1] * $0 + layers.offset[$1] }
    }

    /// Whether images of this range may be what a model expects that was trained on images of `expected`: both ends lie
    /// within a quarter of its width. Images of a single tone throughout seem not to.
    func fits(_ expected: PixelRange) -> Bool {
        let margin = expected.width / 4
        return abs(lowest - expected.lowest) <= margin && abs(highest - expected.highest) <= margin
    }

    /// Whether a network behind its own first layers is likely to have learnt from numbers like these: what
    /// preprocessing makes is about as wide as it is large, and is bytes less a mean at most.
    var isPlausibleInput: Bool { width >= 0.1 && magnitude <= 300 && width >= magnitude / 8 }

    /// Whether a batch normalization that learnt from such pixels would make this of them: a few deviations.
    var isNormalized: Bool { width >= 1 && magnitude <= 8 }
}
