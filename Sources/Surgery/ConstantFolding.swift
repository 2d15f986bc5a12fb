import Graphs
import Tensors

/// The constants of channels that go, moved into the layers that read them.
///
/// With k_o = Σ_c a_c Σ_u W[u, c, o] over the cut channels c: b_o += k_o where there is a bias; μ_o −= k_o where the
/// only reader is a batch normalization; else the layer gains a bias. Where the input is zero-padded no bias is right
/// at the border: the kernels are summed onto channels k that stay, W[u, k, o] += Σ_c λ_ck W[u, c, o], where c's map
/// over the plane is Σ_k λ_ck times those of k; for constants λ_ck = a_c / a_k.
struct ConstantFolding {
    private let plan: SurgeryPlan
    private let held: [LayerID: [HeldChannel]]
    /// Per layer, what is added to its bias, one entry per output channel; where it has none, the bias that it is
    /// given, one entry per output channel that stays.
    private var biases: [LayerID: [Double]] = [:]
    /// Per batch normalization, what is taken off its moving mean.
    private var means: [LayerID: [Double]] = [:]

    init(_ plan: SurgeryPlan) {
        self.plan = plan
        held = Dictionary(grouping: plan.held, by: \.layer)
        let graph = plan.graph, readers = graph.readers
        let callsOfLayers = Dictionary(grouping: graph.nodes.indices) { graph.nodes[$0].layer }
        for (layer, fold) in plan.folds where !fold.constants.isEmpty {
            guard let calls = callsOfLayers[layer], let id = calls.first else { continue }
            let sums = ChannelReads(graph, id).contribution(of: fold.constants), output = graph.nodes[id].outputs[0]
            guard plan.kept[output].contains(where: { sums[$0] != 0 }) else { continue }
            if graph.layers[layer][.bias] != nil {
                biases[layer] = sums
            } else if let norms = Self.normalizations(
                of: calls, graph, readers, callsOfLayers, axis: plan.wiring.axes[output])
            {
                for norm in norms { means[norm] = sums }
            } else {
                biases[layer] = plan.kept[output].map { sums[$0] }
            }
        }
    }

    /// The batch normalizations, along `axis`, that alone read what the calls of one linear layer make; nil when others
    /// do, too.
    private static func normalizations(
        of calls: [NodeID], _ graph: Graph, _ readers: IDArray<TensorID, [NodeID]>,
        _ callsOfLayers: [LayerID: [NodeID]], axis: Int?
    ) -> Set<LayerID>? {
        guard let first = calls.first, graph.layer(of: first).operation.activation == .linear else { return nil }
        var norms: Set<LayerID> = []
        for call in calls {
            let output = graph.nodes[call].outputs[0]
            guard !graph.outputs.contains(output), readers[output].count == 1, let reader = readers[output].first,
                case let .batchNormalization(norm) = graph.layer(of: reader).operation, norm.axis == axis,
                graph.layer(of: reader)[.movingMean] != nil
            else { return nil }
            norms.insert(graph.nodes[reader].layer)
        }
        // A normalization shared with another producer must not be shifted for this one.
        let users = norms.flatMap { callsOfLayers[$0] ?? [] }.flatMap { graph.nodes[$0].inputs }
        return Set(users).isSubset(of: calls.map { graph.nodes[$0].outputs[0] }) ? norms : nil
    }

    /// The layer with its weights changed, still as wide as they were; a new bias is as wide as it is to be.
    ///
    /// Throws `SurgeryError.overflow` where one of them is no finite number any more.
    func applied(to id: LayerID) throws -> Layer {
        var layer = (held[id] ?? []).reduce(plan.graph.layers[id]) { $1.applied(to: $0) }
        func change(_ role: WeightRole, to tensor: Tensor) throws {
            let isFinite = tensor.withSpan { values in values.indices.allSatisfy { values[$0].isFinite } }
            guard isFinite else { throw SurgeryError.overflow(layer: layer.qualifiedName) }
            layer[role] = tensor
        }
        if let sums = biases[id] {
            let bias = layer[.bias] ?? Tensor(shape: [sums.count])
            try change(.bias, to: Tensor(sums.enumerated().map { Float(Double(bias[$0]) + $1) }))
        }
        if let sums = means[id], let mean = layer[.movingMean] {
            try change(.movingMean, to: Tensor(sums.enumerated().map { Float(Double(mean[$0]) - $1) }))
        }
        if let carried = plan.folds[id]?.carried, !carried.isEmpty, let slot = layer.operation.kind.kernel,
            let axis = slot.inputAxis, let kernel = layer[slot.role]
        {
            try change(slot.role, to: Self.combined(kernel, carried, axis: axis, groups: slot.groups))
        }
        return layer
    }

    /// The kernel with slices of `axis` added, each times its factor, to others. Summed in Float64 and rounded once.
    ///
    /// The slices of a grouped kernel hold one input channel of each group side by side, for the filters of that group.
    private static func combined(
        _ kernel: Tensor, _ carried: [(source: Int, target: Int, factor: Double)], axis: Int, groups: Int
    ) -> Tensor {
        let length = kernel.shape[axis], inner = kernel.shape[(axis + 1)...].reduce(1, *),
            outer = kernel.shape[..<axis].reduce(1, *)
        let width = inner / groups
        var result = kernel
        kernel.withSpan { source in
            result.withMutableSpan { changed in
                for (target, parts) in Dictionary(grouping: carried, by: \.target) {
                    for o in 0..<outer {
                        for i in (target / length * width)..<((target / length + 1) * width) {
                            let position = (o * length + target % length) * inner + i
                            let sum = parts.reduce(Double(source[position])) {
                                $0 + $1.factor * Double(source[(o * length + $1.source % length) * inner + i])
                            }
                            changed[position] = Float(sum)
                        }
                    }
                }
            }
        }
        return result
    }
}
