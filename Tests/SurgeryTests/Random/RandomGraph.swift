import Graphs
import Tensors
import TestSupport

/// A graph grown at random from all the layers there are, with deaths planted in it.
///
/// Everything follows from the seed; fewer steps give the beginning of the same graph with other ends.
final class RandomGraph {
    /// As the model declares it: spatial axes of the inputs may be open.
    private(set) var graph = Graph()
    /// The same with inputs of one size, so that every shape is known.
    private(set) var sized = Graph()
    private(set) var planted: [PlantedDeath] = []
    var random: SeededGenerator
    /// The tensors to build upon, oldest first.
    private(set) var pool: [TensorID] = []
    let traits: Traits
    /// Whether vectors often become maps, and maps are regrouped in other ways than the formats have it.
    let regroups: Bool

    /// What the whole graph has in common.
    struct Traits {
        /// nil: every layer chooses for itself.
        var format: DataFormat?
        /// The number of spatial axes of the inputs.
        var rank: Int
        var isOpen: Bool
        /// The chance that a channel is born dead.
        var mortality: Float
        var lengths: [Int]
    }

    /// What a step tried is impossible: another one is tried.
    struct Rejected: Error {}

    init(seed: UInt64, steps limit: Int = .max, regroups: Bool = false) throws {
        self.regroups = regroups
        random = SeededGenerator(seed: seed &* 0x2545_F491_4F6C_DD1D)
        traits = Traits(&random)
        let steps = min(limit, 3 + random.below(12))
        for _ in 0..<(1 + random.below(5) / 3) { try addInput() }
        for _ in 0..<steps { attempt { try self.grow() } }
        // The ends are drawn anew, so that a shorter graph with the same seed has the same beginning.
        random = SeededGenerator(seed: seed &+ UInt64(steps))
        finish()
        leaveUnread()
    }

    /// Tries a step up to twenty times; what an impossible try left behind is taken back.
    func attempt(_ step: () throws -> Void) {
        for _ in 0..<20 {
            let before = (graph, sized, pool, planted)
            if (try? step()) != nil { return }
            (graph, sized, pool, planted) = before
        }
    }

    private func addInput() throws {
        let spatial = traits.lengths, channels = 1 + random.below(4)
        let known: TensorShape = traits.format == .channelsFirst ? [channels] + spatial : spatial + [channels]
        let open = known.enumerated().map { axis, length -> Int? in
            traits.isOpen && axis != (traits.format == .channelsFirst ? 0 : traits.rank) ? nil : length
        }
        let name = "input_\(graph.layers.count)"
        pool.append(try graph.add(Layer(name: name, operation: .input(Input(shape: open)))))
        _ = try sized.add(Layer(name: name, operation: .input(Input(shape: known))))
    }

    /// Adds a layer; throws where its shapes are impossible, too large or, under weights, open.
    @discardableResult
    func add(_ operation: Operation, _ inputs: [TensorID], _ weights: [Weight] = []) throws -> TensorID {
        let layer = Layer(
            name: "\(operation.kind.name.lowercased())_\(graph.layers.count)", operation: operation, weights: weights)
        let tensor = try graph.add(layer, inputs)
        _ = try sized.add(layer, inputs)
        try admit(tensor)
        return tensor
    }

    /// Calls a layer that is there once more.
    @discardableResult
    func recall(_ layer: LayerID, _ inputs: [TensorID]) throws -> TensorID {
        let tensor = graph.call(layer, inputs)[0]
        _ = sized.call(layer, inputs)
        try graph.inferShape(of: graph.nodes.lastID)
        try sized.inferShape(of: sized.nodes.lastID)
        try admit(tensor)
        return tensor
    }

    private func admit(_ tensor: TensorID) throws {
        let shape = self.shape(tensor)
        guard shape.count <= (regroups ? 5 : 4), shape.reduce(1, *) <= 1500, shape.allSatisfy({ $0 <= 200 }) else {
            throw Rejected()
        }
        pool.append(tensor)
    }

    func shape(_ tensor: TensorID) -> [Int] { (sized.shapes[tensor] ?? []).map { $0 ?? 0 } }

    /// The length of an axis that weights are as long as; throws where the model leaves it open.
    func length(_ tensor: TensorID, _ axis: Int) throws -> Int {
        guard let shape = graph.shapes[tensor], shape.indices.contains(axis), let length = shape[axis] else {
            throw Rejected()
        }
        return length
    }

    func format(_ tensor: TensorID) -> DataFormat {
        traits.format ?? (random.below(2) == 0 ? .channelsLast : .channelsFirst)
    }

    /// Where the graph's layers mostly have a tensor's channels.
    func channelAxis(_ tensor: TensorID) -> Int {
        let rank = shape(tensor).count
        return traits.format == .channelsFirst && rank == traits.rank + 1 ? 0 : rank - 1
    }

    func plant(_ kind: PlantedDeath.Kind, _ tensor: TensorID, _ channel: Int) {
        planted.append(PlantedDeath(kind: kind, tensor: tensor, channel: channel))
    }

    func setOutputs(_ tensors: [TensorID]) {
        graph.outputs = tensors
        sized.outputs = tensors
    }

    func setWeight(_ layer: LayerID, _ role: WeightRole, _ tensor: Tensor) {
        graph.layers[layer][role] = tensor
        sized.layers[layer][role] = tensor
    }
}

/// A channel that was given weights by which it is dead.
struct PlantedDeath {
    enum Kind: String, CaseIterable {
        case scaleNegative = "γ = 0, β < 0", scaleZero = "γ = 0, β = 0", scalePositive = "γ = 0, β > 0"
        case smallScale = "γ = 1e-7", weight = "weights 0", unread = "unread"
    }
    let kind: Kind
    let tensor: TensorID
    let channel: Int
}

extension RandomGraph.Traits {
    init(_ random: inout SeededGenerator) {
        let formats: [DataFormat?] = [
            .channelsLast, .channelsLast, .channelsLast, .channelsLast, .channelsFirst, .channelsFirst, .channelsFirst,
            nil,
        ]
        format = formats[random.below(formats.count)]
        rank = random.below(5) == 0 ? 1 : 2
        isOpen = random.below(3) == 0
        let chances: [Float] = [0.15, 0.3, 0.5, 0.8]
        mortality = chances[random.below(chances.count)]
        var lengths: [Int] = []
        for _ in 0..<rank { lengths.append(isOpen ? 5 + random.below(5) : 1 + random.below(9)) }
        self.lengths = lengths
    }
}
