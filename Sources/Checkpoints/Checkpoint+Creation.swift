import Files
import Graphs
import HDF5
import HDF5Writing

extension Checkpoint {
    /// Writes a graph as a new model of Keras 3: an archive for a name that ends in `.keras`, else the legacy format.
    ///
    /// Nested models come out flattened, layers that no output needs are left out. The same graph gives the same bytes.
    /// The file takes its name only when it is complete.
    ///
    /// - Parameters:
    ///   - name: the model's.
    ///   - notes: further texts to keep in the file, by name.
    ///   - sources: the files that it is made from: it must be none of them, by whatever name, and they must be what
    ///     they were.
    ///
    /// Returns warnings. Throws `newFormat` for a name with another ending than `.keras`, `.h5` and `.hdf5`,
    /// `FileError`, `outputIsInput`, and `inexpressible` for layers that Keras 3 does not have.
    package static func create(
        _ graph: Graph, name: String, at output: String, overwrite: Bool, notes: [String: String] = [:],
        sources: [SourceFile] = []
    ) throws -> [String] {
        try checkNewOutput(output)
        try checkNotInput(output, sources.map(\.path))
        let target = try NewFile(output, overwriting: overwrite), model = try NewModel(graph, name: name)
        try target.write { file in
            guard output.hasSuffix(".keras") else {
                return try target.writingHDF5 { try model.writeLegacy(to: file.path, notes: notes) }
            }
            let weights = try TemporaryFile()
            try target.writingHDF5 { try model.writeWeights(to: weights.path, notes: notes) }
            let metadata: JSON = ["keras_version": .string(NewModel.kerasVersion)]
            try file.replace { path in
                try Archive.create(
                    path, texts: ["metadata.json": metadata.text, "config.json": model.json.text],
                    file: ("model.weights.h5", weights.path))
            }
        }
        for source in sources { try source.requireUnchanged() }
        try target.commit()
        return model.warnings
    }

    /// Refuses, before there is anything to write, a name that `create` would refuse for its ending. Throws
    /// `newFormat`.
    package static func checkNewOutput(_ output: String) throws {
        guard !output.hasSuffix(".weights.h5"), [".keras", ".h5", ".hdf5"].contains(where: { output.hasSuffix($0) })
        else {
            throw CheckpointError.newFormat(file: output)
        }
    }

    /// Writes the model as a new one in the format that the output's name ends in; see `create`.
    package func convert(to output: String, overwrite: Bool) throws -> [String] {
        try bindings.losses
            + Self.create(
                graph, name: bindings.name, at: output, overwrite: overwrite, notes: notes, sources: sources)
    }

    /// Whether the file at `path` seems to be a checkpoint, of whatever format: enough to tell it from a data set.
    package static func isCheckpoint(_ path: String) -> Bool {
        if (try? FileBytes.begins(path, with: [0x50, 0x4B])) == true { return true }
        guard let root = try? File.open(path).root else { return false }
        let groups = ["model_weights"] + ArchiveWeights.containers
        let isFound =
            try? groups.contains { try root.kind(of: $0) == .group }
            || ["model_config", "layer_names"].contains { try root.attributes.strings($0) != nil }
        return isFound ?? false
    }
}
