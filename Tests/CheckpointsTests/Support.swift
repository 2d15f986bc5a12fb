import Graphs
import Tensors
import Testing
import TestSupport
@testable import Checkpoints

/// The checkpoint `name` in the fixtures, with its architecture where it holds weights alone.
func open(_ name: String) throws -> Checkpoint {
    let json = name.replacing(".weights.h5", with: ".json").replacing("keras2-weights.h5", with: "keras2-weights.json")
    return try Checkpoint.open(fixture(name), architecture: json == name ? nil : fixture(json))
}

extension Graph {
    /// The weight `role` of the layer of that qualified name.
    func weight(_ layer: String, _ role: WeightRole) throws -> Tensor {
        try #require(layers.first { $0.qualifiedName == layer }?[role])
    }

    func operation(_ layer: String) throws -> Graphs.Operation {
        try #require(layers.first { $0.qualifiedName == layer }?.operation)
    }
}

/// A rewrite under construction: slices taken off by hand.
struct Cut {
    var rewrite: Rewrite

    init(_ graph: Graph) { rewrite = Rewrite(graph: graph) }

    /// Keeps `kept` along `axis` of a weight.
    mutating func keep(_ layer: String, _ role: WeightRole, axis: Int, _ kept: [Int]) throws {
        let id = try #require(rewrite.graph.layers.firstIndex { $0.qualifiedName == layer })
        let weight = try #require(rewrite.graph.layers[id][role])
        rewrite.graph.layers[id][role] = weight.gathered(axis: axis, kept)
        rewrite.selections[WeightKey(LayerKey(rewrite.graph.layers[id]), role), default: []].append(
            AxisSelection(axis: axis, kept: kept))
    }

    /// Keeps the filters `kept` of a 2D convolution and of the BN behind it.
    mutating func keepFilters(_ layer: String, _ normalization: String, _ kept: [Int]) throws {
        let id = try #require(rewrite.graph.layers.firstIndex { $0.qualifiedName == layer })
        guard case var .convolution(convolution) = rewrite.graph.layers[id].operation else {
            throw CheckpointError.noArchitecture(file: layer)
        }
        convolution.filters = kept.count
        rewrite.graph.layers[id].operation = .convolution(convolution)
        try keep(layer, .kernel, axis: 3, kept)
        if rewrite.graph.layers[id][.bias] != nil { try keep(layer, .bias, axis: 0, kept) }
        for role in [WeightRole.gamma, .beta, .movingMean, .movingVariance] {
            try keep(normalization, role, axis: 0, kept)
        }
    }
}

/// The cut of the fixtures `*-adam`, `-rmsprop` and `-momentum` that drops filters 0 and 7 of ten in `conv_2`, before a
/// Flatten of 3 × 3.
func cutBeforeFlatten(_ graph: Graph) throws -> Rewrite {
    var cut = Cut(graph)
    let kept = Array(1...6) + [8, 9]
    try cut.keepFilters("conv_2", "bn_3", kept)
    try cut.keep("dense", .kernel, axis: 0, (0..<9).flatMap { position in kept.map { position * 10 + $0 } })
    try cut.rewrite.graph.inferShapes()
    return cut.rewrite
}

extension Checkpoint {
    var config: JSON { (bindings as? KerasBindings)?.config ?? .null }
    var architecturePath: String? { (bindings as? KerasBindings)?.architecturePath }

    /// Writes a draft, reads it back and gives it its name; returns its warnings.
    func write(_ rewrite: Rewrite, to output: String, overwrite: Bool) throws -> [String] {
        try finish(draft(rewrite, for: output, overwrite: overwrite))
    }

    func write(
        weights graph: Graph, to output: String, overwrite: Bool, notes: [String: String] = [:]
    ) throws -> [String] { try finish(draft(weights: graph, notes: notes, for: output, overwrite: overwrite)) }

    private func finish(_ draft: CheckpointDraft) throws -> [String] {
        _ = try draft.readBack()
        try draft.commit()
        return draft.warnings
    }
}
