/// The backward pass of one row of pooled pixels.
package struct PoolingGradientRow {
    /// The row of the forward pass; its output is read for maxima.
    package var row: SlidingRow
    package var gradient: UnsafePointer<Float>
    /// From an input to its gradient, in floats.
    package var shift: Int
    /// Whether gradients are added to what is there; otherwise each input lies under one window only.
    package var accumulates: Bool

    package init(row: SlidingRow, gradient: UnsafePointer<Float>, shift: Int, accumulates: Bool) {
        (self.row, self.gradient, self.shift, self.accumulates) = (row, gradient, shift, accumulates)
    }
}
