/// One output row of a depthwise convolution, one filter per channel.
///
/// `fold` neighbouring columns are computed as one with `fold` times the channels, so that few channels fill whole
/// vectors: where the columns step by one pixel, what they read and write lies end to end.
package struct DepthwiseRow {
    package var row: SlidingRow
    /// The filters' numbers under the first vertical tap that meets the image and horizontal tap 0: one for each
    /// channel, `fold` times over, readable in whole vectors. The bias of `epilogue` has the same layout.
    package var weights: UnsafePointer<Float>
    /// The step to the next horizontal and vertical tap's.
    package var weightStep: Int
    package var weightRow: Int
    package var fold: Int
    package var epilogue: TileEpilogue

    package init(
        row: SlidingRow, weights: UnsafePointer<Float>, weightStep: Int, weightRow: Int, fold: Int,
        epilogue: TileEpilogue
    ) {
        (self.row, self.weights, self.weightStep, self.weightRow) = (row, weights, weightStep, weightRow)
        (self.fold, self.epilogue) = (fold, epilogue)
    }
}
