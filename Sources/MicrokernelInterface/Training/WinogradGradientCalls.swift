/// The transform of tiles into the domain in which the gradient of a 3 × 3 convolution's weights is a product point by
/// point. For each vector of channels the transformed tiles lie side by side.
package struct WinogradTiles {
    /// For each tile the addresses of its pixels, row by row; readable in whole vectors.
    package var inputs: UnsafePointer<UnsafePointer<Float>>
    package var tiles: Int
    package var channels: Int
    /// Point p of tile t, channels from c · lanes on: `output + p · pointStride + c · blockStride + t · lanes`.
    package var output: UnsafeMutablePointer<Float>
    package var pointStride: Int
    package var blockStride: Int

    package init(
        inputs: UnsafePointer<UnsafePointer<Float>>, tiles: Int, channels: Int, output: UnsafeMutablePointer<Float>,
        pointStride: Int, blockStride: Int
    ) {
        (self.inputs, self.tiles, self.channels, self.output) = (inputs, tiles, channels, output)
        (self.pointStride, self.blockStride) = (pointStride, blockStride)
    }
}

/// The transform of a block of filter gradients from 6 × 6 points to 3 × 3 taps.
package struct WinogradFilters {
    /// Point p of row r begins at `points + p · pointStride + r · pointRow`; in whole vectors.
    package var points: UnsafeMutablePointer<Float>
    package var pointStride: Int
    package var pointRow: Int
    /// Tap t of row r begins at `taps + t · tapStride + r · tapRow`; `columns` numbers of it are written.
    package var taps: UnsafeMutablePointer<Float>
    package var tapStride: Int
    package var tapRow: Int
    package var rows: Int
    package var columns: Int
    /// Whether they are added to what is there.
    package var accumulates: Bool

    package init(
        points: UnsafeMutablePointer<Float>, pointStride: Int, pointRow: Int, taps: UnsafeMutablePointer<Float>,
        tapStride: Int, tapRow: Int,
        rows: Int, columns: Int, accumulates: Bool
    ) {
        (self.points, self.pointStride, self.pointRow, self.taps) = (points, pointStride, pointRow, taps)
        (self.tapStride, self.tapRow, self.rows, self.columns) = (tapStride, tapRow, rows, columns)
        self.accumulates = accumulates
    }
}

/// The transform of filters into the domain of a Winograd convolution, packed as its products read them.
package struct WinogradPacking {
    /// Tap t of channel c begins at `taps + t · tapStride + c · tapRow`; readable in whole vectors.
    package var taps: UnsafePointer<Float>
    package var tapStride: Int
    package var tapRow: Int
    /// Point p of channel c begins at `points[p] + offset + c · pointRow`.
    package var points: UnsafePointer<UnsafeMutablePointer<Float>>
    package var offset: Int
    /// The panel's width, in floats.
    package var pointRow: Int
    package var channels: Int

    package init(
        taps: UnsafePointer<Float>, tapStride: Int, tapRow: Int, points: UnsafePointer<UnsafeMutablePointer<Float>>,
        offset: Int, pointRow: Int,
        channels: Int
    ) {
        (self.taps, self.tapStride, self.tapRow, self.points, self.offset) = (taps, tapStride, tapRow, points, offset)
        (self.pointRow, self.channels) = (pointRow, channels)
    }
}
