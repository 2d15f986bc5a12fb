import Datasets

/// How pixels were fed to a model, and who decided it.
package struct PixelsLine: Codable, Sendable {
    /// `rgb` or `bgr`.
    package let order: String
    package let scale: Double
    package let mean: [Double]
    package let std: [Double]
    /// `flags`, `modelNote`, `modelLayers`, `corpusNote`, `usual` or `nobody`.
    package let from: String
    /// The ends of what is stored, in the first images; absent where that is bytes.
    package let stored: [Double]?
    /// The same for people, in one line.
    package private(set) var text: String
}

extension PixelsLine {
    package init(_ feeding: PixelFeeding) {
        let preprocessing = feeding.preprocessing
        (order, scale, mean, std) = (
            preprocessing.order.rawValue, preprocessing.scale, preprocessing.mean, preprocessing.std
        )
        from = feeding.from.rawValue
        stored = feeding.storedRange.map { [$0.lowest, $0.highest] }
        text = feeding.line
    }
}
