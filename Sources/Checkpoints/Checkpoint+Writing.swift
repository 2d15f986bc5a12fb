import Files
import Graphs

extension Checkpoint {
    /// A draft of the checkpoint with what `rewrite` changed, for the name `output`, in the format of the source, and these
    /// notes beside those it has.
    ///
    /// Everything else survives bit for bit: training configuration, metadata, unknown attributes and groups, types
    /// and chunks of datasets. The optimizer's state is sliced together with the weights; where that cannot be done it
    /// is left out. Of weights alone, a changed architecture is written beside them, as `.json`.
    ///
    /// Throws `FileError`, `outputIsInput`, `outputFormat`, `inexpressible`.
    package func draft(
        _ rewrite: consuming Rewrite, notes: [String: String] = [:], for output: String, overwrite: Bool
    ) throws -> CheckpointDraft {
        try CheckpointDraft(
            CheckpointChanges(rewrite: rewrite, notes: notes), of: bindings, from: sources,
            to: newFiles(output, overwrite: overwrite))
    }

    /// A draft of the checkpoint with the weights of `graph`, its own after further training, and these notes beside
    /// those it has; the optimizer's state is left out, with a warning.
    package func draft(
        weights graph: consuming Graph, notes: [String: String] = [:], for output: String, overwrite: Bool
    ) throws -> CheckpointDraft {
        try CheckpointDraft(
            CheckpointChanges(rewrite: Rewrite(graph: graph), notes: notes, keepsOptimizer: false), of: bindings,
            from: sources, to: newFiles(output, overwrite: overwrite))
    }

    /// The files that a draft would make. Refuses, before any work is done, an output that it would refuse.
    package func checkOutput(_ output: String, overwrite: Bool) throws -> [String] {
        try newFiles(output, overwrite: overwrite).map(\.path)
    }

    /// Refuses a name that a draft would refuse for its ending. Throws `outputFormat`.
    package func checkEnding(of output: String) throws { _ = try bindings.outputs(output) }

    private func newFiles(_ output: String, overwrite: Bool) throws -> [NewFile] {
        try bindings.outputs(output).reduce(into: []) { files, path in
            try Self.checkNotInput(path, bindings.files)
            files.append(try NewFile(path, overwriting: overwrite, beside: files.first))
        }
    }

    /// Throws `outputIsInput` where `output` is one of `inputs`, by whatever name.
    static func checkNotInput(_ output: String, _ inputs: [String]) throws {
        guard let present = FileStatus(output) else { return }
        if inputs.contains(where: { present.isSameFile(as: FileStatus($0)) }) {
            throw CheckpointError.outputIsInput(file: output)
        }
    }
}
