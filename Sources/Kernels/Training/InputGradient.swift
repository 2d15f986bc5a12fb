/// The gradient of a convolution with respect to its input: a convolution of the outputs' gradient for each
/// `InputPhase`.
final class InputGradient {
    private let phases: [(phase: InputPhase, convolution: ReloadableConvolution)]
    private let unread: UnreadInputs?
    /// A phase's weights, rotated.
    private let weights: AlignedFloats
    /// The numbers of the gradient.
    private let count: Int
    /// Whether all phases can add to what is there; else the gradient is first computed by itself.
    private let canAdd: Bool

    init(_ shape: ConvolutionShape, algorithms: ConvolutionAlgorithms) {
        phases = shape.inputPhases.map { ($0, ReloadableConvolution($0.shape, algorithms: algorithms)) }
        unread = UnreadInputs(shape, epilogue: Epilogue())
        weights = AlignedFloats(count: shape.weightCount)
        count = shape.images * shape.inputImage
        canAdd = phases.allSatisfy { $0.convolution.canAdd }
    }

    /// The room for a gradient that is added afterwards.
    private var spareCount: Int { canAdd ? 0 : (count + 15) / 16 * 16 }

    func workspaceCount(workers: Int) -> Int {
        (phases.map { $0.convolution.workspaceCount(workers: workers) }.max() ?? 0) + spareCount
    }

    func load(_ source: UnsafePointer<Float>, on pool: WorkerPool) {
        let set = InstructionSet.current, rotated = weights.start
        for (phase, convolution) in phases {
            pool.run(parts: phase.rotationParts) { part, _ in phase.rotate(source, into: rotated, part: part, set) }
            convolution.load(rotated, on: pool)
        }
    }

    func run(
        _ outputGradient: UnsafePointer<Float>, into inputGradient: UnsafeMutablePointer<Float>, adds: Bool,
        workspace: UnsafeMutablePointer<Float>, on pool: WorkerPool
    ) {
        let isApart = adds && !canAdd, target = isApart ? workspace : inputGradient
        for (phase, convolution) in phases {
            convolution.run(
                outputGradient, adding: adds && canAdd, into: target + phase.offset, workspace: workspace + spareCount,
                on: pool)
        }
        if !adds || isApart { unread?.run(outputGradient, into: target, workspace: workspace, on: pool) }
        if isApart { VectorArithmetic.add(target, to: inputGradient, count: count, on: pool) }
    }
}
