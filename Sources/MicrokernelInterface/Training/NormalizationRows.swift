/// Rows of numbers, `channels` of them, that are normalized by each channel's own statistics:
/// rectifier((x − mean) · scale + shift). Everything is readable in whole vectors.
package struct NormalizationRows {
    package var input: UnsafePointer<Float>
    package var rows: Int
    package var channels: Int
    package var mean: UnsafePointer<Float>
    package var scale: UnsafePointer<Float>
    package var shift: UnsafePointer<Float>
    package var rectifies = false
    package var slope: Float = 0
    package var maximum: Float = .infinity

    package init(
        input: UnsafePointer<Float>, rows: Int, channels: Int, mean: UnsafePointer<Float>, scale: UnsafePointer<Float>,
        shift: UnsafePointer<Float>
    ) {
        (self.input, self.rows, self.channels, self.mean, self.scale) = (input, rows, channels, mean, scale)
        self.shift = shift
    }
}
