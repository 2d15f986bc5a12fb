import Files

/// A checkpoint that is complete under temporary names: to be read back and verified before its files take their own.
/// Without a commit nothing is left of it.
package struct CheckpointDraft {
    /// What could not be taken along.
    package let warnings: [String]
    private let bindings: any CheckpointBindings
    private let sources: [SourceFile]
    /// The model's first.
    private let files: [NewFile]

    init(
        _ changes: consuming CheckpointChanges, of bindings: any CheckpointBindings, from sources: [SourceFile],
        to outputs: [NewFile]
    ) throws {
        (self.bindings, self.sources) = (bindings, sources)
        (files, warnings) = try sources.unchanged { try bindings.write(changes, to: outputs) }
    }

    /// The length of the model's file, as it will be.
    package var bytes: Int { get throws { try FileBytes.size(files[0].temporary.path) } }

    /// The model as the files hold it.
    package func readBack() throws -> Checkpoint { try bindings.readBack(files) }

    /// Gives all files their names, once their bytes are on the disk. Throws `FileError`, also where the source is not
    /// what was read any more; nothing new is left then.
    package func commit() throws {
        for source in sources { try source.requireUnchanged() }
        try files[0].commit(with: files.dropFirst().first)
    }
}
