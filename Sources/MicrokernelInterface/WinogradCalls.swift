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
    /// What the pixels do is told before they are rectified by this, in place of the epilogue, and pooled. Adds no
    /// residual.
    package var summary: WinogradSummary?

    package init(
        sums: UnsafePointer<Float>, pointStride: Int, tileStride: Int,
        outputs: UnsafePointer<UnsafeMutablePointer<Float>?>, outputShift: Int, tiles: Int, columns: Int,
        epilogue: TileEpilogue
    ) {
        (self.sums, self.pointStride, self.tileStride, self.outputs) = (sums, pointStride, tileStride, outputs)
        (self.outputShift, self.tiles, self.columns, self.epilogue) = (outputShift, tiles, columns, epilogue)
    }
}

/// How many rows and columns of a tile lie inside its image.
package typealias TileExtent = (rows: Int32, columns: Int32)

/// What the pixels of tiles do, taken while they are in registers.
package struct WinogradSummary {
    /// For each tile where its numbers are added: a row for each of `ChannelSummary.Row`, `rowStep` floats apart.
    package var results: UnsafePointer<UnsafeMutablePointer<Float>>
    package var rowStep: Int
    /// One for each tile.
    package var extents: UnsafePointer<TileExtent>
    package var rectifier: (slope: Float, maximum: Float)?
    /// For each filter the largest magnitude that counts as zero, readable in whole vectors; nil: 0 alone.
    package var tolerances: UnsafePointer<Float>?
    /// Room for a vector of each pixel of a tile: 256 floats.
    package var scratch: UnsafeMutablePointer<Float>

    package init(
        results: UnsafePointer<UnsafeMutablePointer<Float>>, rowStep: Int,
        extents: UnsafePointer<TileExtent>, rectifier: (slope: Float, maximum: Float)?,
        tolerances: UnsafePointer<Float>?, scratch: UnsafeMutablePointer<Float>
    ) {
        (self.results, self.rowStep, self.extents) = (results, rowStep, extents)
        (self.rectifier, self.tolerances, self.scratch) = (rectifier, tolerances, scratch)
    }
}
