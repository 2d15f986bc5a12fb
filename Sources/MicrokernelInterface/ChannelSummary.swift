/// What the channels of one image do: pixels of neighbouring channels, and where the answers go.
package struct ChannelSummary {
    package var pixels: UnsafeMutablePointer<Float>
    package var count: Int
    /// From one pixel to the next, in floats.
    package var step: Int
    package var channels: Int
    /// The rectifier that is applied to the pixels where they lie, after their extremes were taken; nil: they are only
    /// read.
    package var rectifier: (slope: Float, maximum: Float)?
    /// For each channel the largest magnitude that counts as zero, readable in whole vectors; nil: 0 alone.
    package var tolerances: UnsafePointer<Float>?
    /// A row of `channels` numbers for each of `ChannelSummary.Row`, one after the other.
    package var results: UnsafeMutablePointer<Float>
    package var resultStep: Int

    /// Which number of a channel is in which row of the results.
    package enum Row: Int, CaseIterable, Sendable {
        /// The extremes, before the rectifier where one is applied. NaN is passed over.
        case largest, smallest
        /// How many pixels are zero, after the rectifier as all that follows.
        case zeros
        /// NaN where a pixel is.
        case sum
        case squares
        /// The sum before the rectifier.
        case inputSum
    }

    package init(
        pixels: UnsafeMutablePointer<Float>, count: Int, step: Int, channels: Int,
        rectifier: (slope: Float, maximum: Float)?, tolerances: UnsafePointer<Float>?,
        results: UnsafeMutablePointer<Float>, resultStep: Int
    ) {
        (self.pixels, self.count, self.step, self.channels) = (pixels, count, step, channels)
        (self.rectifier, self.tolerances) = (rectifier, tolerances)
        (self.results, self.resultStep) = (results, resultStep)
    }
}
