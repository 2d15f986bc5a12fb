/// x · scale + shift, in Float64.
package struct ChannelAffine: Sendable {
    package var scale: [Double]
    /// As many as `scale`.
    package var shift: [Double]
    /// The axes of the input along which they lie, row-major; −1 is the last, none: one number for all.
    package var axes: [Int]

    package init(scale: [Double], shift: [Double], axes: [Int] = []) {
        (self.scale, self.shift, self.axes) = (scale, shift, axes)
    }
}
