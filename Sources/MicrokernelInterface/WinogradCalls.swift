/// The input transform of a Winograd convolution: tiles of an image into the domain in which a convolution is a product
/// point by point.
package struct WinogradInput {
    /// For each tile the addresses of its side × side pixels, row by row; readable in whole vectors.
    package var inputs: UnsafePointer<UnsafePointer<Float>>
    package var tiles: Int
    package var channels: Int
    /// Point p of tile t begins at `output + p · pointStride + t · tileStride`; written in whole vectors.
    package var output: UnsafeMutablePointer<Float>
    package var pointStride: Int
    package var tileStride: Int

    package init(
        inputs: UnsafePointer<UnsafePointer<Float>>, tiles: Int, channels: Int, output: UnsafeMutablePointer<Float>,
        pointStride: Int, tileStride: Int
    ) {
        (self.inputs, self.tiles, self.channels, self.output) = (inputs, tiles, channels, output)
        (self.pointStride, self.tileStride) = (pointStride, tileStride)
    }
}

/// The output transform: sums over channels into pixels.
package struct WinogradOutput {
    /// Point p of tile t begins at `sums + p · pointStride + t · tileStride`; readable in whole vectors.
    package var sums: UnsafePointer<Float>
    package var pointStride: Int
    package var tileStride: Int
    /// For each tile the addresses of its size × size pixels, or with `pools` of the largest of each 2 × 2 of them, row
    /// by row; nil for those outside the image.
    package var outputs: UnsafePointer<UnsafeMutablePointer<Float>?>
    package var outputShift: Int
    package var tiles: Int
    /// Filters that are written.
    package var columns: Int
    package var epilogue: TileEpilogue
    /// Adds no residual.
    package var pools = false

    package init(
        sums: UnsafePointer<Float>, pointStride: Int, tileStride: Int,
        outputs: UnsafePointer<UnsafeMutablePointer<Float>?>, outputShift: Int, tiles: Int, columns: Int,
        epilogue: TileEpilogue
    ) {
        (self.sums, self.pointStride, self.tileStride, self.outputs) = (sums, pointStride, tileStride, outputs)
        (self.outputShift, self.tiles, self.columns, self.epilogue) = (outputShift, tiles, columns, epilogue)
    }
}
