import Kernels
import Tensors

/// What is done in a run: kernels in order, and where their operands lie, for one batch size and input shape.
struct Plan: Sendable {
    struct Step: Sendable {
        /// The layer it belongs to, for people.
        let layer: String
        let kernel: any Kernel
        let input: Place
        /// An offset in the arena.
        let other: Int?
        let output: Place
        /// An offset in the arena, where the kernel has a second output.
        var summaries: Int?
    }

    /// What a summary is of.
    struct Summary: Sendable {
        /// The positions of a channel in one image.
        var positions = 0
        /// Whether extremes are those before a ReLU.
        var isBeforeRectifier = false
    }

    enum Place: Sendable {
        /// An offset in the arena.
        case arena(Int)
        /// The caller's memory: a position in `inputs`, or for an output in `results`.
        case caller(Int)
    }

    let steps: [Step]
    /// Where the model's inputs are copied to, in the model's order: offsets in the arena, nil for those that are read
    /// where they are.
    let inputs: [Int?]
    /// In floats, all images together.
    let inputCounts: [Int]
    /// Shapes of the tensors returned, the batch axis included: those that are kept, then the summaries.
    let results: [[Int]]
    let summaries: [Summary]
    /// In floats.
    let arenaCount: Int

    /// The scratch memory of one worker, in floats: whole cache lines, so that workers do not share any.
    let workspaceCount: Int

    init(
        steps: [Step], inputs: [Int?], inputCounts: [Int], results: [[Int]], summaries: [Summary] = [], arenaCount: Int
    ) {
        (self.steps, self.inputs, self.inputCounts) = (steps, inputs, inputCounts)
        (self.results, self.summaries) = (results, summaries)
        self.arenaCount = arenaCount
        workspaceCount = ((steps.map(\.kernel.workspaceCount).max() ?? 0) + 15) / 16 * 16
    }

    /// The floats it works in.
    func floatCount(workers: Int) -> Int { arenaCount.plusClamped(workers.timesClamped(workspaceCount)) }
}
