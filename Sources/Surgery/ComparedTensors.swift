import Graphs
import Tensors

/// Where a dense model and one cut from it can be held against each other: at the outputs that can be computed and,
/// where layers cannot be evaluated, at every tensor that enters what lies behind them.
package struct ComparedTensors: Sendable {
    package let dense: Graph
    package let compact: Graph
    package let list: [ComparedTensor]
    /// The names of the layers that end it: what lies behind them is not compared. Empty where all outputs are.
    package let upTo: [String]
    /// Whether the model's first output, by which classes are told, is the first of the list.
    package let hasFirstOutput: Bool
    /// Whether there is anything that can be compared.
    package var isEmpty: Bool { list.isEmpty }

    init(dense: Graph, compact: Graph, list: [ComparedTensor], upTo: [String], hasFirstOutput: Bool) {
        (self.dense, self.compact, self.list, self.upTo, self.hasFirstOutput) = (
            dense, compact, list, upTo, hasFirstOutput
        )
    }

    /// All outputs of two models that can be run.
    package init(dense: Graph, compact: Graph) {
        let names = dense.tensorNames
        let list = zip(dense.outputs, compact.outputs).map {
            ComparedTensor(dense: $0, compact: $1, name: names[$0], channels: nil)
        }
        self.init(dense: dense, compact: compact, list: list, upTo: [], hasFirstOutput: !list.isEmpty)
    }

    /// A model and what became of it by a plan, `compact`: as written and read back, its tensors may have other
    /// numbers.
    ///
    /// Throws `SurgeryError.inconsistent` where `compact` lacks what the plan leaves in it.
    package init(_ plan: SurgeryPlan, compact: Graph) throws(SurgeryError) {
        let part = RunnablePart(plan.dense), compactPart = RunnablePart(compact), names = plan.dense.tensorNames
        var list: [ComparedTensor] = []
        for output in part.outputs {
            let tensor = plan.dense.outputs[output]
            guard compact.outputs.indices.contains(output), compactPart.isComputable[compact.outputs[output]] else {
                throw .missing(names[tensor])
            }
            list.append(
                ComparedTensor(
                    dense: tensor, compact: compact.outputs[output], name: names[tensor], channels: nil))
        }
        let survivors = Survivors(plan), compared = Set(list.map(\.dense))
        let numbers = Dictionary(compact.tensorKeys.enumerated().compactMap { tensor, key in key.map { ($0, tensor) } })
        { first, _ in first }
        for tensor in part.frontier where !compared.contains(tensor) {
            let name = names[tensor]
            // What nobody reads any more is gone, and decides nothing.
            guard let survivor = survivors[tensor] else { continue }
            guard let key = survivor.key, let found = numbers[key], compactPart.isComputable[found] else {
                throw .missing(name)
            }
            list.append(
                ComparedTensor(dense: survivor.dense, compact: found, name: name, channels: plan.channels(of: survivor))
            )
        }
        for pair in list {
            let expected = pair.compactShape(plan.dense.shapes[pair.dense]), found = compact.shapes[pair.compact]
            guard expected == found else {
                throw .inconsistent(
                    layer: pair.name, expected: expected?.text ?? "unknown", found: found?.text ?? "unknown")
            }
        }
        self.init(
            dense: plan.dense.answering(with: list.map(\.dense)), compact: compact.answering(with: list.map(\.compact)),
            list: list, upTo: part.ends, hasFirstOutput: part.outputs.first == 0)
    }
}

/// A tensor of a dense model, and what became of it in the compact one.
package struct ComparedTensor: Sendable {
    package let dense: TensorID
    package let compact: TensorID
    /// The layer that makes it in the dense model.
    package let name: String
    /// The channels that stay, where there are fewer or they lie in another order; nil: both tensors hold the same.
    package let channels: Channels?

    /// How the channels of both correspond.
    package struct Channels: Sendable {
        /// Where they lie, the batch axis not counted.
        package let axis: Int
        /// For each channel of the compact tensor the one of the dense tensor that it is.
        package let kept: [Int]
        /// Channels that are gone because they hold a number, and that number: what reads the tensor relies on it.
        package let constants: [(channel: Int, value: Float)]
    }

    /// The shape that the compact tensor must have.
    func compactShape(_ shape: TensorShape?) -> TensorShape? {
        guard let channels, var shape else { return shape }
        shape[channels.axis] = channels.kept.count
        return shape
    }

    /// The values of both models for one batch, channel by channel those that must be the same: the kept ones, then
    /// those that the compact model has replaced by numbers.
    func aligned(_ dense: Tensor, _ compact: Tensor) -> (dense: Tensor, compact: Tensor) {
        guard let channels else { return (dense, compact) }
        let axis = channels.axis + 1, kept = channels.kept.count, width = kept + channels.constants.count
        let left = dense.gathered(axis: axis, channels.kept + channels.constants.map(\.channel))
        if channels.constants.isEmpty { return (left, compact) }
        let inner = left.shape[(axis + 1)...].reduce(1, *)
        var right = Tensor(shape: left.shape), source = 0
        compact.withSpan { values in
            right.withMutableSpan { target in
                for position in target.indices {
                    let channel = position / inner % width
                    if channel < kept {
                        target[position] = values[source]
                        source += 1
                    } else {
                        target[position] = channels.constants[channel - kept].value
                    }
                }
            }
        }
        return (left, right)
    }
}

extension SurgeryPlan {
    /// How the channels of a tensor of the dense graph correspond to those of its survivor; nil where all stay in
    /// order.
    fileprivate func channels(of survivor: Survivor) -> ComparedTensor.Channels? {
        guard let axis = wiring.axes[survivor.tensor], channelCount(survivor.dense) > 0 else { return nil }
        let kept = kept[survivor.tensor], count = channelCount(survivor.dense)
        if kept == Array(0..<count) { return nil }
        let staying = Set(kept)
        let constants = (0..<count).compactMap { channel -> (channel: Int, value: Float)? in
            guard !staying.contains(channel), let value = values[survivor.dense][channel].constant else { return nil }
            return (channel, Float(value))
        }
        return ComparedTensor.Channels(axis: axis, kept: kept, constants: constants)
    }
}

/// A tensor of the dense graph, and what holds it in the cut one: by its number in the plan's graph, and by what makes
/// it in the cut graph.
private typealias Survivor = (dense: TensorID, tensor: TensorID, key: TensorKey?)

/// What the tensors of a dense graph became where a plan takes whole branches and layers away.
private struct Survivors {
    private let plan: SurgeryPlan
    private let sums: CutSurvivors
    private let emptied: CutSurvivors
    private let keys: IDArray<TensorID, TensorKey?>
    private let wiring: ChannelWiring

    init(_ plan: SurgeryPlan) {
        self.plan = plan
        let cut = BranchCut(plan.graph, plan.emptied.slots, gone: plan.emptied.gone)
        sums = CutSurvivors(plan.sums, of: plan.dense)
        emptied = CutSurvivors(cut, of: plan.graph)
        keys = cut.graph.tensorKeys
        wiring = ChannelWiring(plan.dense)
    }

    /// Nil for a tensor that nobody reads in the cut graph.
    subscript(tensor: TensorID) -> Survivor? {
        // A tensor whose channels lie along two axes holds what it was made from, whose channels lie along one.
        var dense = tensor
        while wiring.grids[dense] != nil, let producer = sums.producers[dense] {
            dense = plan.dense.nodes[producer].inputs[0]
        }
        guard let between = sums[dense], let last = emptied[between] else { return nil }
        return (dense, last, keys[last])
    }
}

/// What the tensors of a graph became where one cut takes branches away.
private struct CutSurvivors {
    private let cut: BranchCut
    private let source: Graph
    private let made: Set<TensorID>
    let producers: IDArray<TensorID, NodeID?>

    init(_ cut: BranchCut, of source: Graph) {
        (self.cut, self.source, producers) = (cut, source, source.producers)
        made = Set(cut.graph.nodes.flatMap(\.outputs))
    }

    /// The tensor of the cut graph that takes the place of one of the source's; nil where nothing does.
    subscript(tensor: TensorID) -> TensorID? {
        var current = tensor
        while !made.contains(current) {
            guard let producer = producers[current],
                case let .bypassed(input)? = cut.removals[LayerKey(source.layer(of: producer))]
            else { return nil }
            current = source.nodes[producer].inputs[input]
        }
        return current
    }
}

extension Graph {
    /// For each tensor the qualified name of the layer that makes it.
    var tensorNames: IDArray<TensorID, String> {
        producers.mapValues { producer in producer.map { layer(of: $0).qualifiedName } ?? "" }
    }
}

extension SurgeryError {
    /// What the plan leaves in the compact graph is not there.
    fileprivate static func missing(_ layer: String) -> SurgeryError {
        .inconsistent(layer: layer, expected: "an output", found: "none")
    }
}
