import MicrokernelInterface

/// The gradient of max or average pooling with respect to its input. Global pooling is a window as large as the image.
///
/// The gradient of a maximum goes to the first of the window's largest inputs, line by line; that of an average is
/// shared by the inputs inside the image.
package struct PoolingGradient: KernelGradient {
    private let reduction: PoolingKernel.Reduction
    private let images: Int
    private let vertical: SlidingAxis
    private let horizontal: SlidingAxis
    private let channels: Int
    private let set: InstructionSet
    private let spans: SlidingSpans
    /// Whether each input lies under exactly one window.
    private let isTiling: Bool

    package init(
        _ reduction: PoolingKernel.Reduction, images: Int, vertical: SlidingAxis, horizontal: SlidingAxis,
        channels: Int, set: InstructionSet = .current
    ) {
        (self.reduction, self.images, self.vertical, self.horizontal) = (reduction, images, vertical, horizontal)
        (self.channels, self.set) = (channels, set)
        spans = SlidingSpans(horizontal, step: channels)
        isTiling = vertical.isTiling && horizontal.isTiling
    }

    /// `input` and `output` of the pooling are read for maxima only.
    package func run(
        input: UnsafePointer<Float>, output: UnsafePointer<Float>, outputGradient: UnsafePointer<Float>,
        into inputGradient: UnsafeMutablePointer<Float>, on pool: WorkerPool
    ) {
        // Rows whose windows may meet lie in the same part.
        let size = vertical.input * horizontal.input * channels
        pool.run(parts: isTiling ? images * vertical.output : images) { part, _ in
            if !isTiling { (inputGradient + part * size).update(repeating: 0, count: size) }
            withUnsafeTemporaryAllocation(of: UnsafePointer<Float>.self, capacity: max(1, vertical.size)) {
                indirection in
                guard let indirection = indirection.baseAddress else { return }
                let memory = UnsafeMutableRawPointer(indirection).assumingMemoryBound(to: Float.self)
                let operands = Operands(input: input, output: UnsafeMutablePointer(mutating: output), workspace: memory)
                for row in isTiling ? part..<part + 1 : part * vertical.output..<(part + 1) * vertical.output {
                    let start = row * horizontal.output * channels
                    let (place, _) = SlidingRow.at(
                        row, operands, vertical: vertical, horizontal: horizontal, channels: channels,
                        inputStep: channels, output: operands.output + start, outputStep: channels, spans: spans)
                    let call = PoolingGradientRow(
                        row: place, gradient: outputGradient + start, shift: UnsafePointer(inputGradient) - input,
                        accumulates: !isTiling)
                    switch reduction {
                    case .max: set.microkernels.maximumPoolingGradient(call)
                    case .average: set.microkernels.averagePoolingGradient(call)
                    }
                }
            }
        }
    }
}

extension SlidingAxis {
    /// Whether each input lies under exactly one window.
    fileprivate var isTiling: Bool {
        padding == 0 && dilation == 1 && output * size == input && (stride == size || output == 1)
    }
}
