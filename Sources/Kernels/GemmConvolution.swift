/// Convolution as a matrix product: patches of the input gathered into rows (not needed when pointwise), times the
/// weights, which Keras already keeps as that matrix.
///
/// A unit is a block of output rows, across images, long enough to be worth packing the weights; where there are few
/// rows the filters are cut as well.
struct GemmConvolution: ConvolutionImplementation {
    let name: String
    let units: Int
    let workspaceCount: Int
    private let shape: ConvolutionShape
    private let weights: AlignedFloats
    private let epilogue: Epilogue
    private let rows: Blocks
    private let filters: Blocks

    /// Declines slices, groups too narrow for a matrix product to pay, and sizes beyond the library's integers.
    init?(_ shape: ConvolutionShape, weights: AlignedFloats, epilogue: Epilogue) {
        let rowsPerUnit = max(1, 320 / max(1, shape.horizontal.output))
        let rows = Blocks(shape.outputRows, of: rowsPerUnit)
        guard
            BLAS.takes(
                shape.depth, shape.outputChannels, shape.inputChannels,
                rowsPerUnit * max(1, shape.horizontal.output) * shape.depth),
            shape.groups == 1 || shape.groupOutputs >= 4, !shape.readsSlice, !shape.writesSlice
        else { return nil }
        (self.shape, self.weights, self.epilogue, self.rows) = (shape, weights, epilogue, rows)
        let cuts =
            rows.number > 1 || shape.groups > 1
            ? 1 : shape.isPointwise ? min(16, shape.outputChannels / 64) : min(4, shape.outputChannels / 128)
        filters = Blocks(shape.outputChannels, of: (shape.outputChannels + max(1, cuts) - 1) / max(1, cuts))
        units = shape.horizontal.output == 0 ? 0 : rows.number * filters.number
        workspaceCount =
            shape.isPointwise ? 0 : min(rowsPerUnit, shape.outputRows) * shape.horizontal.output * shape.depth
        name = shape.isPointwise ? "GEMM" : "im2col + GEMM"
    }

    func run(_ operands: Operands, units: Range<Int>) {
        for unit in units { run(operands, rows: rows[unit / filters.number], filters: filters[unit % filters.number]) }
    }

    private func run(_ operands: Operands, rows: Range<Int>, filters: Range<Int>) {
        let pixels = rows.count * shape.horizontal.output, width = shape.outputChannels
        let output = operands.output + rows.lowerBound * shape.horizontal.output * width
        for group in 0..<shape.groups {
            let columns = shape.groups == 1 ? filters : group * shape.groupOutputs..<(group + 1) * shape.groupOutputs
            var patches =
                operands.input + rows.lowerBound * shape.horizontal.output * shape.inputChannels + group
                * shape.groupInputs
            var stride = shape.inputChannels
            if !shape.isPointwise {
                gatherPatches(shape, operands.input + group * shape.groupInputs, rows: rows, into: operands.workspace)
                patches = UnsafePointer(operands.workspace)
                stride = shape.depth
            }
            BLAS.multiply(
                patches, stride: stride, weights.start + columns.lowerBound, stride: width,
                into: output + columns.lowerBound, stride: width, rows: pixels, columns: columns.count,
                depth: shape.depth)
        }
        epilogue.apply(to: output, rows: pixels, stride: width, columns: filters)
    }
}
