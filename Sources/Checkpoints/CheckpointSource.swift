import Files
import Graphs

/// A model's files in one format, opened.
///
/// A new format is one more source, with the bindings that it makes.
protocol CheckpointSource {
    /// The model with its weights, and what binds it to its files. `declarations`: what layers compute whose config
    /// does not tell. `readsWeights`: whether large weights' numbers are looked at now.
    func checkpoint(declarations: [Declaration], readsWeights: Bool) throws -> Checkpoint
}

/// What binds a graph to the files that it was read from, so that they can be written anew with other weights.
protocol CheckpointBindings: Sendable {
    /// The model's own name.
    var name: String { get }
    /// The files that it was read from.
    var files: [String] { get }
    /// What a new model made of the graph alone would lack, in words.
    var losses: [String] { get }

    /// The file that a draft for `output` consists of, or the two that it may, the model's first. Throws `outputFormat`
    /// where the name has another ending than the format's.
    func outputs(_ output: String) throws -> [String]
    /// Writes the model with `changes` to `files`, one for each of `outputs`; returns those that are needed, the
    /// model's first, and warnings of what could not be taken along.
    func write(_ changes: CheckpointChanges, to files: [NewFile]) throws -> (files: [NewFile], warnings: [String])
    /// The model as `write` left it in `files`.
    func readBack(_ files: [NewFile]) throws -> Checkpoint
}

/// How a checkpoint is to differ from the one that was read.
struct CheckpointChanges {
    let rewrite: Rewrite
    /// Texts to keep beside the model, by name, with those it has.
    var notes: [String: String] = [:]
    /// Whether the optimizer's state is sliced with the weights; else it is left out, for it belongs to other weights.
    var keepsOptimizer = true
}
