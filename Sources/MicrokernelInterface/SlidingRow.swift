/// One output row of a window that slides over a channels-last image: where its inputs lie and which taps meet the
/// image. Offsets and steps are in floats.
package struct SlidingRow {
    /// The beginnings of the input rows under the vertical taps that meet the image, `taps` of them.
    package var inputs: UnsafePointer<UnsafePointer<Float>>
    package var taps: Int
    /// The step from the inputs of one horizontal tap to those of the next.
    package var pixelStep: Int
    /// The step from the inputs of one output column to those of the next.
    package var columnStep: Int
    package var channels: Int
    /// The step from one output column to the next.
    package var outputStep: Int
    /// The row's columns, left to right.
    package var spans: UnsafePointer<SlidingSpan>
    package var spanCount: Int
    /// The row's first output.
    package var output: UnsafeMutablePointer<Float>

    package init(
        inputs: UnsafePointer<UnsafePointer<Float>>, taps: Int, pixelStep: Int, columnStep: Int, channels: Int,
        outputStep: Int,
        spans: UnsafePointer<SlidingSpan>, spanCount: Int, output: UnsafeMutablePointer<Float>
    ) {
        (self.inputs, self.taps, self.pixelStep, self.columnStep) = (inputs, taps, pixelStep, columnStep)
        (self.channels, self.outputStep, self.spans, self.spanCount) = (channels, outputStep, spans, spanCount)
        self.output = output
    }
}

/// Neighbouring output columns that meet the same horizontal taps.
package struct SlidingSpan: Sendable {
    package var columns: Int
    /// The first of the taps, and how many there are.
    package var firstTap: Int
    package var taps: Int
    /// The offset of the first column's input under the first tap.
    package var input: Int

    package init(columns: Int, firstTap: Int, taps: Int, input: Int) {
        (self.columns, self.firstTap, self.taps, self.input) = (columns, firstTap, taps, input)
    }
}
