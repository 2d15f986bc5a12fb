import Files
import Graphs

/// A trained model as a file holds it: a graph to compute with, and all that is needed to write the file again.
package struct Checkpoint: Sendable {
    package let path: String
    package let format: CheckpointFormat
    /// All weights as float32, all shapes inferred.
    package let graph: Graph
    package let warnings: [String]
    package let fileBytes: Int
    /// The texts that were kept beside the model, by name.
    package let notes: [String: String]
    /// What is believed of the model because the user says so, in the order of the declarations; those that say nothing
    /// of any layer are left out. Whatever is claimed of the model rests on them.
    package let assumptions: [Assumption]
    let bindings: any CheckpointBindings
    /// The files that it was read from, as they were.
    var sources: [SourceFile] = []

    /// Reads a checkpoint of any format.
    ///
    /// - Parameters:
    ///   - architecture: the path of a model's JSON, for files of weights alone.
    ///   - declarations: what layers compute whose config does not tell; see `Declaration`.
    ///   - readsWeights: whether all weights' numbers are looked at now. Large ones are read when they are needed in
    ///     any case; without, what they hold is not known to be finite.
    ///
    /// Throws `CheckpointError`, `HDF5Error`, `GraphError`, or `FileError.inputChanged`, each one clear line.
    package static func open(
        _ path: String, architecture: String? = nil, declarations: [Declaration] = [], readsWeights: Bool = true
    ) throws -> Checkpoint {
        let sources = [path, architecture].compactMap { $0 }.map(SourceFile.init)
        var checkpoint = try sources.unchanged {
            try KerasSource(path: path, architecture: architecture, readsAll: readsWeights).checkpoint(
                declarations: declarations, readsWeights: readsWeights)
        }
        checkpoint.sources = sources
        return checkpoint
    }
}
