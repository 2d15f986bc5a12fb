/// The inputs of a convolution that no tap reads, as where strides are longer than windows. Its adjoint writes the
/// epilogue of zero there. A unit is a line of inputs.
struct UnreadInputs: Kernel {
    let name = "unread inputs"
    let units: Int
    private let shape: ConvolutionShape
    private let epilogue: Epilogue
    /// Whether a tap reads the inputs of a remainder by the stride.
    private let rows: [Bool]
    private let columns: [Bool]

    /// nil where all inputs are read. They must not be a slice.
    init?(_ shape: ConvolutionShape, epilogue: Epilogue) {
        func isRead(_ axis: SlidingAxis) -> [Bool] { axis.remainders.map { !axis.taps(reading: $0).isEmpty } }
        (rows, columns) = (isRead(shape.vertical), isRead(shape.horizontal))
        if rows.allSatisfy(\.self) && columns.allSatisfy(\.self) { return nil }
        (self.shape, self.epilogue) = (shape, epilogue)
        units = shape.images * shape.vertical.input
    }

    func run(_ operands: Operands, units: Range<Int>) {
        let channels = shape.inputChannels, length = shape.horizontal.input
        for row in units {
            let line = operands.output + row * length * channels, isRead = rows[row % shape.vertical.input % rows.count]
            for column in 0..<length where !(isRead && columns[column % columns.count]) {
                let pixel = line + column * channels
                pixel.update(repeating: 0, count: channels)
                epilogue.apply(to: pixel, rows: 1, stride: channels, columns: 0..<channels)
            }
        }
    }
}
