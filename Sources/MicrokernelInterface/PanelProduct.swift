/// A block of rows times a panel of filters: the product that convolutions, dense layers and Winograd's transformed
/// convolutions are made of.
///
/// Each row of the result is a sum over taps and channels: output[r][f] = Σ_t Σ_c input(t, r)[c] · weights[t][c][f].
/// Rows are read and written through indirection buffers, arrays of addresses, so that patches of an image need not be
/// gathered first, and results may go anywhere.
package struct PanelProduct {
    /// The address of row r's channels under tap t is `inputs[t · inputStride + r] + inputShift`.
    package var inputs: UnsafePointer<UnsafePointer<Float>>
    package var inputStride: Int
    package var inputShift = 0
    package var taps: Int
    package var channels: Int
    /// Rows under a tap that all lie at this address hold zeros: the tap is left out for them.
    package var zeros: UnsafePointer<Float>?
    /// Taps × channels × `width`; `tapStride` floats from tap to tap.
    package var weights: UnsafePointer<Float>
    package var tapStride: Int
    /// The address of row r of the result is `outputs[r] + outputShift`.
    package var outputs: UnsafePointer<UnsafeMutablePointer<Float>>
    package var outputShift = 0
    package var rows: Int
    /// The floats of a channel's weights, a multiple of `InferenceMicrokernels.panelGranularity`; and how many columns of
    /// each row are written. The last column written lies in the panel's last vector; columns without weights are zero.
    package var width: Int
    package var columns: Int
    /// If not 0, the weights are those of one to four filters, which lie filter by filter within a tap, this many floats
    /// apart, each filled up with zeros to whole vectors; `width` is then ignored.
    package var filterStride = 0
    /// Whether the sum starts from what the output holds, instead of the bias.
    package var accumulates = false
    /// The weights that the next product will read, as many floats as this one's, if they are worth prefetching.
    package var next: UnsafePointer<Float>?
    /// Whether to prefetch the output's cache lines.
    package var prefetches = false
    package var epilogue = TileEpilogue()

    package init(
        inputs: UnsafePointer<UnsafePointer<Float>>, inputStride: Int, taps: Int, channels: Int,
        weights: UnsafePointer<Float>, tapStride: Int,
        outputs: UnsafePointer<UnsafeMutablePointer<Float>>, rows: Int, width: Int, columns: Int
    ) {
        (self.inputs, self.inputStride, self.taps, self.channels) = (inputs, inputStride, taps, channels)
        (self.weights, self.tapStride, self.outputs, self.rows, self.width) = (weights, tapStride, outputs, rows, width)
        self.columns = columns
    }
}

/// An epilogue as microkernels apply it to sums before they are stored: bias, then a second tensor added, then a rectifier.
package struct TileEpilogue {
    /// One number per filter, readable in whole vectors.
    package var bias: UnsafePointer<Float>?
    /// The floats from an output to the number added to it; readable in whole vectors. nil: nothing is added.
    package var residual: Int?
    /// Whether x becomes min(x, maximum) for x ≥ 0 and slope · x below; a slope of zero makes zero even of −∞.
    package var rectifies = false
    package var slope: Float = 0
    package var maximum: Float = .infinity

    package init() {}

    /// Whether sums are stored as they are.
    package var isEmpty: Bool { bias == nil && residual == nil && !rectifies }

    /// Leaves everything but the bias to a later product, which adds to this one's output.
    package mutating func keepBiasOnly() {
        residual = nil
        rectifies = false
    }
}
