/// A way to compute the gradient of a convolution with respect to its weights. It declines shapes that it does not suit.
protocol WeightGradient: Sendable {
    init?(_ shape: ConvolutionShape, set: InstructionSet)
    /// The floats of scratch memory that a call on `workers` threads needs.
    func workspaceCount(workers: Int) -> Int
    /// Overwrites `weightGradient`: kernel height × width × inputs of a group × outputs.
    func run(
        _ input: UnsafePointer<Float>, _ outputGradient: UnsafePointer<Float>,
        into weightGradient: UnsafeMutablePointer<Float>, workspace: UnsafeMutablePointer<Float>, on pool: WorkerPool)
}

extension ConvolutionShape {
    /// The fastest way to its weights' gradient among those allowed.
    func weightGradient(algorithms: ConvolutionAlgorithms, set: InstructionSet = .current) -> any WeightGradient {
        let ways: [any WeightGradient.Type] =
            [DepthwiseWeightGradient.self] + (algorithms == .direct ? [] : [WinogradWeightGradient.self])
        for way in ways { if let gradient = way.init(self, set: set) { return gradient } }
        return DirectWeightGradient(self, set: set)
    }
}

/// Sums that were cut into slices of what is summed, put together in the slices' order.
struct SlicedSums: Sendable {
    let slices: Int
    let count: Int
    let set: InstructionSet

    /// Where a slice's sums go: directly to the target if there is only one slice.
    func place(_ slice: Int, _ partial: UnsafeMutablePointer<Float>, _ target: UnsafeMutablePointer<Float>)
        -> UnsafeMutablePointer<Float>
    {
        slices == 1 ? target : partial + slice * step
    }

    var workspaceCount: Int { slices == 1 ? 0 : slices * step }
    /// A slice may be read in whole vectors beyond its end.
    private var step: Int { (count + 31) / 16 * 16 }

    func sum(_ partial: UnsafePointer<Float>, into target: UnsafeMutablePointer<Float>, on pool: WorkerPool) {
        guard slices > 1 else { return }
        let blocks = Blocks(count, of: 1 << 12)
        pool.run(parts: blocks.number) { index, _ in
            let block = blocks[index], output = target + block.lowerBound
            var first = partial + block.lowerBound
            for slice in 1..<slices {
                set.microkernels.combine(
                    .add,
                    .init(
                        first: first, second: partial + slice * step + block.lowerBound, output: output,
                        count: block.count, repeatsSecond: false, runs: 1, firstStep: 0, secondStep: 0, outputStep: 0))
                first = UnsafePointer(output)
            }
        }
    }
}
