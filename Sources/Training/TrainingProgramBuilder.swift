import Graphs
import Kernels
import Networks

/// Lowers a graph to a training step, layer by layer: which operations, what lies where and in which order.
struct TrainingProgramBuilder {
    let graph: Graph
    let batch: Int
    let seed: UInt64
    let bank: ParameterBank
    /// Tensors whose channels' effect on the loss is noted.
    let probes: Set<Probe>
    /// Where, as far as they were lowered.
    var probePlaces: [Probe: Range<Int>] = [:]
    /// The nodes that the output depends on, in order.
    private let needed: [NodeID]
    private var tensors: [TensorID: DifferentiableTensor] = [:]
    /// In floats.
    private var bufferCounts: [Int] = []
    private var operations: [any Differentiable] = []
    private var sums: [TrainingProgram.Sum] = []
    private var gradientCount: Int
    private var used: Set<Int> = []
    /// The layer being lowered.
    private(set) var layer = ""
    private(set) var layerID: LayerID = 0

    /// Throws `notAClassifier` for a graph that has not one input and one output.
    init(_ graph: Graph, batch: Int, seed: UInt64, probes: Set<Probe> = []) throws {
        guard graph.inputs.count == 1, graph.outputs.count == 1 else {
            throw TrainingError.notAClassifier(
                reason: "has \(graph.inputs.count) inputs and \(graph.outputs.count) outputs")
        }
        (self.graph, self.batch, self.seed, self.probes) = (graph, batch, seed, probes)
        needed = graph.nodesNeeded(for: graph.outputs)
        bank = ParameterBank(graph, layers: Set(needed.map { graph.nodes[$0].layer }))
        gradientCount = bank.trainedCount
    }

    mutating func build() throws -> TrainingProgram {
        let output = graph.outputs[0], scorer = try scorer()
        var absorbed = Set<NodeID>(), input: DifferentiableTensor?
        for id in needed where !absorbed.contains(id) {
            let node = graph.nodes[id], layer = graph.layers[node.layer]
            self.layer = layer.qualifiedName
            layerID = node.layer
            guard let made = node.outputs.first else { continue }
            if case .input = layer.operation {
                let tensor = try make(try shape(of: made), requiresGradient: false)
                tensors[made] = tensor
                input = tensor
                continue
            }
            let inputs = try node.inputs.map { id in
                guard let tensor = tensors[id] else { throw invalid("reads a tensor that nothing makes") }
                return tensor
            }
            if case let .batchNormalization(norm) = layer.operation,
                let next = graph.soleReader(of: made, among: needed), next != scorer, !isProbed(made),
                case let .activation(activation) = graph.layer(of: next).operation, let rectifier = activation.rectifier
            {
                let made = graph.nodes[next].outputs[0]
                tensors[made] = try probed(lower(norm, layer, inputs[0], rectifier), of: made)
                absorbed.insert(next)
            } else {
                let tensor = try lower(layer, inputs, shape: try shape(of: made), isLast: id == scorer)
                tensors[made] = try probed(tensor, of: made)
            }
        }
        guard let input, let logits = tensors[output] else {
            throw TrainingError.notAClassifier(reason: "has no path from its input to its output")
        }
        guard logits.shape.count == 1 else {
            throw TrainingError.notAClassifier(reason: "makes outputs of shape \(logits.shape)")
        }
        guard logits.gradient != nil else { throw TrainingError.notAClassifier(reason: "has nothing to train") }
        return try finish(input: input, logits: logits)
    }

    /// The node that makes the logits of the loss; the nodes behind it at most reshape them.
    private func scorer() throws -> NodeID? {
        let producers = graph.producers
        guard var id = producers[graph.outputs[0]] else { return nil }
        while graph.layer(of: id).operation.keepsScores,
            let before = graph.nodes[id].inputs.first.flatMap({ producers[$0] })
        { id = before }
        // Combinations of softmax outputs are probabilities, not logits.
        var combined: Set<TensorID> = []
        for node in needed.map({ graph.nodes[$0] }) {
            let operation = graph.layers[node.layer].operation
            if operation.endsInSoftmax || operation.combinesScores && !combined.isDisjoint(with: node.inputs) {
                combined.formUnion(node.outputs)
            }
        }
        if !graph.layer(of: id).operation.endsInSoftmax, !combined.isDisjoint(with: graph.nodes[id].outputs) {
            throw TrainingError.notAClassifier(reason: "ends in a combination of softmaxes")
        }
        return id
    }

    func shape(of tensor: TensorID) throws -> [Int] {
        let shape = graph.shapes[tensor]
        if let known = shape?.known { return known }
        throw invalid("has an open shape \(shape.map { "\($0)" } ?? ""), and training needs to know it")
    }

    func invalid(_ reason: String) -> TrainingError { .invalid(layer: layer, reason: reason) }
    /// Whether the weights of the layer being lowered are trained.
    var isTrainable: Bool { !graph.layers[layerID].isFrozen }
    /// Whether the output of the layer being lowered, which has weights of its own, needs a gradient.
    func requiresGradient(_ input: DifferentiableTensor) -> Bool { input.requiresGradient || isTrainable }
    var unsupported: TrainingError { .unsupported(layer: layer, kind: graph.layers[layerID].operation.kind.name) }
}

/// What layers are lowered with.
extension TrainingProgramBuilder {
    /// A buffer of `count` floats.
    mutating func allocate(_ count: Int) -> BufferID {
        bufferCounts.append(count)
        return bufferCounts.count - 1
    }

    /// So many floats in the block of gradients, behind those of the parameters.
    mutating func reserveGradients(_ count: Int) -> Int {
        let place = gradientCount
        gradientCount += (count + 15) / 16 * 16
        return place
    }

    /// A new tensor, with memory for its gradient where that is needed.
    mutating func make(_ shape: [Int], order: [Int]? = nil, requiresGradient: Bool) throws -> DifferentiableTensor {
        let memory = SystemResources.memory, count = elementCount([batch] + shape)
        guard shape.allSatisfy({ $0 > 0 }), let count, count <= memory / 4 else {
            throw TrainingError.tooLarge(bytes: count.map { 4 * $0 } ?? .max, memory: memory)
        }
        let values = StoredTensor(buffer: allocate(count), shape: shape, order: order ?? Order.logical(shape.count))
        return DifferentiableTensor(values: values, gradient: requiresGradient ? allocate(count) : nil)
    }

    /// A new tensor like `tensor`, with a gradient where that has one unless it is said otherwise.
    mutating func make(like tensor: DifferentiableTensor, requiresGradient: Bool? = nil) throws
        -> DifferentiableTensor
    {
        try make(
            tensor.shape, order: tensor.values.order, requiresGradient: requiresGradient ?? tensor.requiresGradient)
    }

    /// The same memory, values and gradient, under another shape or order.
    func viewed(_ tensor: DifferentiableTensor, shape: [Int], order: [Int]) throws -> DifferentiableTensor {
        var result = tensor
        result.values = StoredTensor(buffer: tensor.values.buffer, shape: shape, order: order)
        guard result.count == tensor.count else {
            throw invalid("cannot give its input \(tensor.shape) the shape \(shape)")
        }
        return result
    }

    /// How many operations there are so far.
    var position: Int { operations.count }

    mutating func emit(_ operation: any Differentiable) -> DifferentiableTensor {
        operations.append(operation)
        return operation.output
    }

    /// The tensor in memory order `order`: itself where it lies so, or else a copy.
    mutating func arranged(_ tensor: DifferentiableTensor, _ order: [Int]) throws -> DifferentiableTensor {
        if tensor.values.lies(in: order) { return try viewed(tensor, shape: tensor.shape, order: order) }
        let output = try make(tensor.shape, order: order, requiresGradient: tensor.requiresGradient)
        return emit(
            LinearOperation(
                input: tensor, output: output,
                forwardKernels: [
                    CopyKernel("transpose", NestedLoop(batch: batch, from: tensor.values, to: output.values))
                ],
                backwardKernels: [
                    CopyKernel("transpose", NestedLoop(batch: batch, from: output.values, to: tensor.values))
                ]))
    }

    /// A trained weight of the layer being lowered; nil where it has none of this role.
    mutating func parameter(_ role: WeightRole) -> ParameterUse? {
        guard let range = bank.trained(layerID, role) else { return nil }
        if used.insert(range.lowerBound).inserted {
            return ParameterUse(values: range.lowerBound, gradient: range.lowerBound, count: range.count)
        }
        let place = reserveGradients(range.count)
        sums.append(TrainingProgram.Sum(from: place, to: range.lowerBound, count: range.count))
        return ParameterUse(values: range.lowerBound, gradient: place, count: range.count)
    }

    /// Decides which gradients overwrite and which are added, and where everything lies.
    private mutating func finish(input: DifferentiableTensor, logits: DifferentiableTensor) throws -> TrainingProgram {
        let end = operations.count
        func backward(_ step: Int) -> Int { 2 * end - step }
        var readers: [BufferID: Int] = [logits.values.buffer: 1]
        for operation in operations { for input in operation.inputs { readers[input.values.buffer, default: 0] += 1 } }

        // What may be overwritten shares its buffer with what is written.
        var aliases: [BufferID: BufferID] = [:]
        for operation in operations.reversed() where operation.worksInPlace {
            guard let input = operation.inputs.first, let gradient = input.gradient,
                let from = operation.output.gradient, readers[input.values.buffer] == 1
            else { continue }
            aliases[gradient] = aliases[from] ?? from
        }
        func resolved(_ gradient: BufferID) -> BufferID { aliases[gradient] ?? gradient }

        var lives = [ClosedRange<Int>?](repeating: nil, count: bufferCounts.count)
        func use(_ buffer: BufferID, at time: Int) {
            let life = lives[buffer] ?? time...time
            lives[buffer] = min(life.lowerBound, time)...max(life.upperBound, time)
        }
        use(input.values.buffer, at: 0)
        use(logits.values.buffer, at: end)
        if let gradient = logits.gradient { use(resolved(gradient), at: end) }
        var written: Set<BufferID> = [], targets = [[TrainingProgram.Target?]](repeating: [], count: end)
        if let gradient = logits.gradient { written.insert(gradient) }
        for index in operations.indices.reversed() {
            let operation = operations[index], time = backward(index)
            for buffer in operation.saved + [operation.output.values.buffer] + operation.inputs.map(\.values.buffer) {
                use(buffer, at: index)
            }
            guard let from = operation.output.gradient else { continue }
            use(resolved(from), at: time)
            for buffer in operation.saved { use(buffer, at: time) }
            if operation.backwardReads.output { use(operation.output.values.buffer, at: time) }
            targets[index] = operation.inputs.map { input in
                if operation.backwardReads.inputs { use(input.values.buffer, at: time) }
                guard let gradient = input.gradient else { return nil }
                use(resolved(gradient), at: time)
                if written.insert(gradient).inserted { return .init(gradient: resolved(gradient), staging: nil) }
                bufferCounts.append(batch * input.count)
                lives.append(time...time)
                return .init(gradient: resolved(gradient), staging: bufferCounts.count - 1)
            }
        }
        let arena = Arena(zip(bufferCounts, lives).map { Buffer(count: $0, life: $1 ?? 0...0) })
        let memory = SystemResources.memory, bytes = arena.count.multipliedReportingOverflow(by: 4)
        if bytes.overflow || bytes.partialValue > memory {
            throw TrainingError.tooLarge(bytes: bytes.overflow ? .max : bytes.partialValue, memory: memory)
        }
        return TrainingProgram(
            batch: batch, classes: logits.shape[0],
            steps: zip(operations, targets).map {
                .init(operation: $0, gradient: $0.output.gradient.map(resolved), targets: $1)
            },
            bank: bank, gradientCount: gradientCount, sums: sums, probes: probePlaces, arena: arena, input: input,
            logits: logits,
            logitsGradient: logits.gradient.map(resolved) ?? logits.values.buffer)
    }
}

extension Operation {
    fileprivate var endsInSoftmax: Bool {
        if case .activation(.softmax) = self { return true }
        return if case .softmax? = activation { true } else { false }
    }
}

extension Graph {
    /// The one node that reads a tensor.
    fileprivate func soleReader(of tensor: TensorID, among needed: [NodeID]) -> NodeID? {
        let readers = needed.filter { nodes[$0].inputs.contains(tensor) }
        return readers.count == 1 ? readers[0] : nil
    }
}
