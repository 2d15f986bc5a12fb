/// A sum of outer products: sums[r][c] = Σ_k rows(k)[r] · columns(k)[c], as gradients of weights are made of.
///
/// Rows come in blocks of as many as a vector has floats, columns in vectors, and both may lie apart.
package struct OuterProduct {
    /// Row r of index k is at `rows + r / lanes · rowBlock + r % lanes + k · rowStep`.
    package var rows: UnsafePointer<Float>
    package var rowBlock: Int
    package var rowStep: Int
    /// Vector v of index k begins at `columns + v · columnBlock + k · columnStep`.
    package var columns: UnsafePointer<Float>
    package var columnBlock: Int
    package var columnStep: Int
    /// How many outer products are summed.
    package var count: Int
    /// Row r of the sums begins at `sums + r · sumStride`, and is written in whole vectors.
    package var sums: UnsafeMutablePointer<Float>
    package var sumStride: Int
    package var rowCount: Int
    package var vectors: Int
    /// Whether the products are added to what is there.
    package var accumulates: Bool

    package init(
        rows: UnsafePointer<Float>, rowBlock: Int, rowStep: Int, columns: UnsafePointer<Float>, columnBlock: Int,
        columnStep: Int, count: Int,
        sums: UnsafeMutablePointer<Float>, sumStride: Int, rowCount: Int, vectors: Int, accumulates: Bool
    ) {
        (self.rows, self.rowBlock, self.rowStep, self.columns) = (rows, rowBlock, rowStep, columns)
        (self.columnBlock, self.columnStep, self.count, self.sums) = (columnBlock, columnStep, count, sums)
        (self.sumStride, self.rowCount, self.vectors, self.accumulates) = (sumStride, rowCount, vectors, accumulates)
    }
}
