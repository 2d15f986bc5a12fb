import Graphs
import Kernels

/// Lays out a plan stage by stage: chooses kernels, decides what lies where and in which order, and what can be
/// overwritten.
struct PlanBuilder {
    let program: Program
    let batch: Int
    private let shapes: [TensorShape?]
    private var tensors: [TensorID: StoredTensor] = [:]
    /// The stages still to read each tensor.
    private var reads: [TensorID: Int] = [:]
    /// The same for each buffer, which several tensors may share.
    private var pending: [Int] = []
    private var buffers: [Buffer] = []
    private var steps: [Draft] = []
    /// The layer being laid out.
    private(set) var layer = ""

    private struct Draft {
        let layer: String
        let kernel: any Kernel
        let input: BufferID
        let other: BufferID?
        let output: Target
    }

    private enum Target { case buffer(BufferID), result(Int) }

    init(_ program: Program, shapes: [TensorShape?], batch: Int) {
        self.program = program
        self.shapes = shapes
        self.batch = batch
        for stage in program.stages { for tensor in stage.inputs(in: program.graph) { reads[tensor, default: 0] += 1 } }
    }

    mutating func build() throws -> Plan {
        let inputs = try program.graph.inputs.map { tensor in
            let stored = try allocate(try shape(of: tensor))
            bind(tensor, to: stored)
            // Nobody overwrites what may be the caller's memory.
            pending[stored.buffer] += 1
            return stored.buffer
        }
        for stage in program.stages { try lay(stage) }
        let inPlace = inputs.map(isReadInPlace), counts = inputs.map { buffers[$0].count }
        for (id, isInPlace) in zip(inputs, inPlace) where isInPlace { buffers[id] = Buffer(count: 0, life: buffers[id].life) }
        let arena = Arena(buffers)
        func source(_ id: BufferID) -> Plan.Source {
            if let index = inputs.firstIndex(of: id), inPlace[index] { return .input(index) }
            return .arena(arena.offsets[id])
        }
        return Plan(
            steps: steps.map { step in
                let output: Plan.Destination = switch step.output {
                case let .buffer(id): .arena(arena.offsets[id])
                case let .result(index): .result(index)
                }
                return Plan.Step(layer: step.layer, kernel: step.kernel, input: source(step.input),
                                 other: step.other.map { arena.offsets[$0] }, output: output)
            },
            inputs: zip(inputs, inPlace).map { $1 ? nil : arena.offsets[$0] },
            inputCounts: counts,
            results: try program.kept.map { [batch] + (try shape(of: $0)) },
            arenaCount: arena.count)
    }

    /// Whether all that read a buffer keep within it, so that it may be the caller's.
    private func isReadInPlace(_ id: BufferID) -> Bool {
        steps.allSatisfy { $0.other != id && ($0.input != id || !$0.kernel.readsBeyondInput) }
    }

    private mutating func lay(_ stage: Stage) throws {
        let node = program.graph.nodes[stage.node], layer = program.graph.layers[node.layer]
        self.layer = layer.qualifiedName
        let output: StoredTensor
        if case .input = layer.operation {
            guard let input = tensors[stage.output] else { throw invalid("is an input that the model does not name") }
            output = input
        } else {
            let inputs = try stage.inputs(in: program.graph).map { id in
                guard let tensor = tensors[id] else { throw invalid("reads a tensor that nothing makes") }
                return tensor
            }
            // From here on the stage counts as having read them, and may overwrite what nobody else reads.
            for input in inputs { pending[input.buffer] -= 1 }
            output = try lay(layer, stage, inputs, shape: try shape(of: node.outputs.first ?? stage.output))
            bind(stage.output, to: output)
        }
        if let index = program.kept.firstIndex(of: stage.output) {
            var result = output
            result.order = Order.logical(output.rank)
            let loop = NestedLoop(batch: batch, over: result, first: output.strides, imageStrides: (output.count, 0))
            append(CopyKernel("return", loop), output, nil, .result(index))
        }
    }

    private mutating func bind(_ id: TensorID, to tensor: StoredTensor) {
        tensors[id] = tensor
        pending[tensor.buffer] += reads[id] ?? 0
    }

    private func shape(of tensor: TensorID) throws -> [Int] {
        let shape = shapes[tensor], known = shape?.compactMap { $0 }
        guard let known, known.count == shape?.count else {
            let maker = program.graph.producers[tensor].map { program.graph.layer(of: $0).qualifiedName }
            throw NetworkError.unknownShape(layer: maker ?? layer, shape: shape)
        }
        return known
    }

    func invalid(_ reason: String) -> NetworkError { .invalid(layer: layer, reason: reason) }
}

/// What the layers are laid out with.
extension PlanBuilder {
    /// A new tensor; throws when it is beyond the machine's memory.
    mutating func allocate(_ shape: [Int], order: [Int]? = nil) throws -> StoredTensor {
        guard shape.allSatisfy({ $0 >= 0 }) else { throw invalid("makes shape \(shape)") }
        let memory = Machine.memory
        let bytes = (shape + [batch, 4]).reduce(1) { (total: Int?, axis) in
            total.map { $0.multipliedReportingOverflow(by: axis) }.flatMap { $0.overflow ? nil : $0.partialValue }
        }
        guard let bytes, bytes <= memory else { throw NetworkError.tooLarge(layer: layer, bytes: bytes, memory: memory) }
        buffers.append(Buffer(count: bytes / 4, life: steps.count...steps.count))
        pending.append(0)
        return StoredTensor(buffer: buffers.count - 1, shape: shape, order: order ?? Order.logical(shape.count))
    }

    /// A tensor like `tensor` to write to: itself when nobody else reads its memory, or else a new one.
    mutating func target(like tensor: StoredTensor) throws -> StoredTensor {
        pending[tensor.buffer] == 0 ? tensor : try allocate(tensor.shape, order: tensor.order)
    }

    /// Appends a step.
    mutating func emit(_ kernel: any Kernel, _ input: StoredTensor, _ other: StoredTensor? = nil, into output: StoredTensor) {
        append(kernel, input, other, .buffer(output.buffer))
    }

    /// The tensor in memory order `order`: itself where it lies so, or else a copy.
    mutating func arranged(_ tensor: StoredTensor, _ order: [Int]) throws -> StoredTensor {
        var result = tensor
        result.order = order
        guard !tensor.lies(in: order) else { return result }
        result.buffer = try allocate(tensor.shape).buffer
        emit(CopyKernel("transpose", NestedLoop(batch: batch, over: result, first: tensor.strides, imageStrides: (tensor.count, 0))), tensor, into: result)
        return result
    }

    private mutating func append(_ kernel: any Kernel, _ input: StoredTensor, _ other: StoredTensor?, _ output: Target) {
        var used = [input.buffer] + (other.map { [$0.buffer] } ?? [])
        if case let .buffer(id) = output { used.append(id) }
        for id in used { buffers[id].life = min(buffers[id].life.lowerBound, steps.count)...max(buffers[id].life.upperBound, steps.count) }
        steps.append(Draft(layer: layer, kernel: kernel, input: input.buffer, other: other?.buffer, output: output))
    }
}
