import Graphs
import Kernels

/// Lowers a program to a plan, stage by stage: chooses kernels, decides what lies where and in which order, and what can
/// be overwritten.
struct PlanBuilder {
    let program: Program
    let batch: Int
    /// For how many images kernels are chosen; nil for `batch`.
    let expectedImages: Int?
    private let limit: MemoryLimit
    private let shapes: IDArray<TensorID, TensorShape?>
    private let slices: Slices
    /// For each tensor to return its position among them.
    private let results: [TensorID: Int]
    /// For each tensor to summarize its position among those.
    private let summarized: [TensorID: Int]
    private var summaries: [Plan.Summary]
    /// The rectifier that a layer's kernel leaves to the summary of its output.
    var postponed: Rectifier?
    /// What that layer's kernel told of its output already, and how it becomes a summary of each image.
    private var told: (tables: StoredTensor, join: SummaryJoin)?
    private var tensors: [TensorID: StoredTensor] = [:]
    /// Concatenated tensors that have a place before all of them is computed.
    private var wholes: [TensorID: StoredTensor] = [:]
    /// The stages still to read each tensor.
    private var reads: [TensorID: Int] = [:]
    /// The same for each buffer, which several tensors may share.
    private var pending: [Int] = []
    private var buffers: [Buffer] = []
    private var steps: [Draft] = []
    /// The layer being lowered.
    private(set) var layer = ""

    private struct Draft {
        let layer: String
        let kernel: any Kernel
        let input: StoredTensor
        let other: StoredTensor?
        let output: StoredTensor
        /// Where the output is one of the results, rather than in the arena.
        let result: Int?
        /// Where the kernel tells what the channels of its output do.
        let summaries: BufferID?
    }

    init(
        _ program: Program, shapes: IDArray<TensorID, TensorShape?>, batch: Int, expectedImages: Int?,
        limit: MemoryLimit
    ) {
        (self.program, self.shapes, self.batch, self.limit) = (program, shapes, batch, limit)
        self.expectedImages = expectedImages
        slices = Slices(program, shapes: shapes)
        results = Dictionary(uniqueKeysWithValues: program.kept.enumerated().map { ($1, $0) })
        summarized = Dictionary(uniqueKeysWithValues: program.summarized.enumerated().map { ($1.tensor, $0) })
        summaries = program.summarized.map { _ in Plan.Summary() }
        for stage in program.stages { for tensor in stage.inputs(in: program.graph) { reads[tensor, default: 0] += 1 } }
    }

    mutating func build() throws -> Plan {
        let inputs = try program.graph.inputs.map { tensor in
            let stored = try allocate(try shape(of: tensor))
            bind(tensor, to: stored)
            // Never overwritten: it may be the caller's memory.
            pending[stored.buffer] += 1
            return stored.buffer
        }
        for stage in program.stages { try lower(stage) }
        let overrun = overrunBuffers, counts = inputs.map { buffers[$0].count }
        let inPlace = inputs.map { !overrun.contains($0) }
        var callers: [BufferID: Int] = [:]
        for (index, id) in inputs.enumerated() where inPlace[index] {
            buffers[id] = Buffer(count: 0, life: buffers[id].life)
            callers[id] = index
        }
        let arena = Arena(buffers)
        func source(_ tensor: StoredTensor) -> Plan.Place {
            callers[tensor.buffer].map { .caller($0) } ?? .arena(arena.offsets[tensor.buffer] + tensor.start)
        }
        return Plan(
            steps: steps.map { step in
                Plan.Step(
                    layer: step.layer, kernel: step.kernel, input: source(step.input),
                    other: step.other.map { arena.offsets[$0.buffer] + $0.start },
                    output: step.result.map { .caller($0) }
                        ?? .arena(arena.offsets[step.output.buffer] + step.output.start),
                    summaries: step.summaries.map { arena.offsets[$0] })
            },
            inputs: zip(inputs, inPlace).map { $1 ? nil : arena.offsets[$0] },
            inputCounts: counts,
            results: try program.kept.map { [batch] + (try shape(of: $0)) }
                + program.summarized.map { [batch, SummaryKernel.rows, try shape(of: $0.tensor)[$0.axis]] },
            summaries: summaries,
            arenaCount: arena.count)
    }

    /// The buffers that cannot be the caller's, because not all that read them keep within.
    private var overrunBuffers: Set<BufferID> {
        steps.reduce(into: []) { overrun, step in
            if let other = step.other { overrun.insert(other.buffer) }
            if step.kernel.readsBeyondInput { overrun.insert(step.input.buffer) }
        }
    }

    private mutating func lower(_ stage: Stage) throws {
        let node = program.graph.nodes[stage.node], layer = program.graph.layers[node.layer]
        enter(layer)
        let output: StoredTensor
        if case .input = layer.operation {
            guard let input = tensors[stage.output] else { throw invalid("is an input that the model does not name") }
            output = input
        } else {
            let inputs = try stage.inputs(in: program.graph).map { id in
                guard let tensor = tensors[id] else { throw invalid("reads a tensor that nothing makes") }
                return tensor
            }
            // From here on the stage counts as having read them, and may overwrite what no other stage reads.
            for input in inputs { pending[input.buffer] -= 1 }
            output = try lower(layer, stage, inputs, shape: try shape(of: node.outputs.first ?? stage.output))
            bind(stage.output, to: output)
        }
        try summarize(output, of: stage.output)
        if let index = results[stage.output] {
            let result = StoredTensor(buffer: output.buffer, shape: output.shape, order: Order.logical(output.rank))
            let loop = NestedLoop(batch: batch, from: output, to: result)
            emit(CopyKernel("return", loop), output, into: result, result: index)
        }
    }

    /// What each channel of a tensor does, if that was asked for, and the rectifier that was left to it. `tensor`: where
    /// it lies, which does not count where its kernel has told already.
    mutating func summarize(_ tensor: StoredTensor, of id: TensorID) throws {
        guard let index = summarized[id] else { return }
        let summary = program.summarized[index], shape = try shape(of: id), channels = shape[summary.axis],
            positions = shape.reduce(1, *) / max(1, channels)
        defer { (postponed, told) = (nil, nil) }
        summaries[index] = Plan.Summary(positions: positions, isBeforeRectifier: postponed != nil)
        // A result, whose buffer does not count.
        let result = StoredTensor(
            buffer: tensor.buffer, shape: [SummaryKernel.rows, channels], order: Order.logical(2))
        if let (tables, join) = told { return emit(join, tables, into: result, result: program.kept.count + index) }
        let last = tensor.order.filter { $0 != summary.axis } + [summary.axis]
        if postponed != nil { precondition(tensor.order == last, "'\(layer)' does not make its channels innermost") }
        let tensor = try arranged(tensor, last)
        let kernel = SummaryKernel(
            images: batch, positions: positions, channels: channels, step: tensor.step, rectifier: postponed,
            tolerances: summary.tolerances)
        emit(kernel, tensor, into: result, result: program.kept.count + index)
    }

    func isSummarized(_ tensor: TensorID) -> Bool { summarized[tensor] != nil }

    /// What the kernel that makes `tensor` can be asked to tell of it, where all that follows the sums is a rectifier
    /// that is left to the summary; nil where it is not to be summarized, or along another axis.
    func summarizing(_ tensor: TensorID, axis: Int, _ activation: Activation) -> Summarizing? {
        guard let index = summarized[tensor], program.summarized[index].axis == axis,
            postponed != nil || activation == .linear
        else { return nil }
        return Summarizing(rectifier: postponed, tolerances: program.summarized[index].tolerances)
    }

    /// Appends a convolution; `join`: of what it tells about its channels, nil where it tells nothing.
    mutating func emit(
        _ kernel: any Kernel, telling join: SummaryJoin?, _ input: StoredTensor, into output: StoredTensor
    ) throws {
        told = try join.map { (try allocate([$0.inputCount]), $0) }
        emit(kernel, input, into: output, summaries: told?.tables.buffer)
    }

    /// Whether a layer's kernel leaves the rectifier to the summary of `tensor`.
    func postpones(_ rectifier: Rectifier?, of tensor: TensorID) -> Bool {
        guard let rectifier, rectifier.slope == 0, let index = summarized[tensor] else { return false }
        return program.summarized[index].isBeforeRectifier
    }

    private mutating func bind(_ id: TensorID, to tensor: StoredTensor) {
        tensors[id] = tensor
        pending[tensor.buffer] += reads[id] ?? 0
    }

    /// What follows belongs to `layer`.
    mutating func enter(_ layer: Layer) { self.layer = layer.qualifiedName }

    func shape(of tensor: TensorID) throws -> [Int] {
        if let known = shapes[tensor]?.known { return known }
        let maker = program.graph.producers[tensor].map { program.graph.layer(of: $0).qualifiedName }
        throw NetworkError.unknownShape(layer: maker ?? layer, shape: shapes[tensor])
    }

    func invalid(_ reason: String) -> NetworkError { .invalid(layer: layer, reason: reason) }
}

/// What layers are lowered with.
extension PlanBuilder {
    /// A new tensor; throws when it is beyond the memory that a run may take.
    mutating func allocate(_ shape: [Int], order: [Int]? = nil) throws -> StoredTensor {
        buffers.append(Buffer(count: try bytes(of: shape) / 4, life: steps.count...steps.count))
        pending.append(0)
        return StoredTensor(buffer: buffers.count - 1, shape: shape, order: order ?? Order.logical(shape.count))
    }

    /// What a tensor takes; throws where that is beyond the memory that a run may take. Called before a kernel is made
    /// for it.
    @discardableResult
    func bytes(of shape: [Int]) throws -> Int {
        guard shape.allSatisfy({ $0 >= 0 }) else { throw invalid("makes shape \(shape)") }
        let bytes = elementCount(shape + [batch, 4])
        try limit.require(bytes, for: layer)
        return bytes ?? 0
    }

    /// A tensor like `tensor` to write to: itself when no later stage reads its memory, or else a new one.
    mutating func target(like tensor: StoredTensor) throws -> StoredTensor {
        pending[tensor.buffer] == 0 && !tensor.isSlice ? tensor : try allocate(tensor.shape, order: tensor.order)
    }

    /// The place of `tensor` in a concatenation's output; nil if it has none, or cannot lie there in memory order `order`.
    mutating func place(_ tensor: TensorID?, order: [Int]) throws -> StoredTensor? {
        guard let tensor, let place = slices[tensor], order.last == place.axis else { return nil }
        let whole = try whole(place.whole, order: order)
        guard whole.order == order else { return nil }
        var slice = StoredTensor(buffer: whole.buffer, shape: try shape(of: tensor), order: order)
        slice.start = whole.start + place.start
        slice.step = whole.step
        return slice
    }

    /// The tensor that a concatenation makes, perhaps itself a slice of another.
    mutating func whole(_ tensor: TensorID, order: [Int]) throws -> StoredTensor {
        if let known = wholes[tensor] { return known }
        let whole = try place(tensor, order: order) ?? allocate(shape(of: tensor), order: order)
        wholes[tensor] = whole
        return whole
    }

    /// Appends a step, which writes to the arena or to a result.
    mutating func emit(
        _ kernel: any Kernel, _ input: StoredTensor, _ other: StoredTensor? = nil, into output: StoredTensor,
        result: Int? = nil, summaries: BufferID? = nil
    ) {
        for id in [input.buffer, other?.buffer, output.buffer, summaries].compactMap({ $0 }) {
            buffers[id].life =
                min(buffers[id].life.lowerBound, steps.count)...max(buffers[id].life.upperBound, steps.count)
        }
        steps.append(
            Draft(
                layer: layer, kernel: kernel, input: input, other: other, output: output, result: result,
                summaries: summaries))
    }

    /// The tensor in memory order `order`: itself where it lies so, or else a copy.
    mutating func arranged(_ tensor: StoredTensor, _ order: [Int]) throws -> StoredTensor {
        if tensor.isSlice, tensor.order == order { return tensor }
        if tensor.lies(in: order) { return StoredTensor(buffer: tensor.buffer, shape: tensor.shape, order: order) }
        let result = try allocate(tensor.shape, order: order)
        emit(CopyKernel("transpose", NestedLoop(batch: batch, from: tensor, to: result)), tensor, into: result)
        return result
    }
}
