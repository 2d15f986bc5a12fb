import Files
import Graphs
import HDF5

extension Checkpoint {
    /// Writes the checkpoint with what `rewrite` changed to `output`, in the format of the source.
    ///
    /// Everything else survives bit for bit: training configuration, metadata, unknown attributes and groups, types
    /// and chunks of datasets. The optimizer's state is sliced together with the weights; where that cannot be done it
    /// is left out. The file takes its name only when it is complete. Of weights alone, a changed architecture is
    /// written beside them, as `.json`.
    ///
    /// Before the file takes its name, it is read back and given to `verifying`; what that throws ends the writing.
    ///
    /// Returns warnings. Throws `FileError`, `outputIsInput`, `outputFormat`, `inexpressible`; nothing is left behind
    /// then.
    package func write(
        _ rewrite: consuming Rewrite, to output: String, overwrite: Bool,
        verifying: (Checkpoint) throws -> Void = { _ in }
    ) throws -> [String] {
        try write(rewrite, to: output, overwrite: overwrite, notes: [:], keepsOptimizer: true, verifying: verifying)
    }

    /// Writes the checkpoint with the weights of `graph`, its own after further training, and these notes beside those
    /// it has.
    ///
    /// As `write(_:to:overwrite:verifying:)` does; the optimizer's state belongs to the old weights and is left out,
    /// with a warning.
    package func write(
        weights graph: consuming Graph, to output: String, overwrite: Bool, notes: [String: String] = [:]
    ) throws -> [String] {
        try write(Rewrite(graph: graph), to: output, overwrite: overwrite, notes: notes, keepsOptimizer: false) { _ in }
    }

    private func write(
        _ rewrite: consuming Rewrite, to output: String, overwrite: Bool, notes: [String: String], keepsOptimizer: Bool,
        verifying: (Checkpoint) throws -> Void
    ) throws -> [String] {
        let (target, sidecar) = try outputs(output, overwrite: overwrite)
        // The new weights are let go before the file is read back: large models are not held a third time.
        let (warnings, architecture) = try fill(target, sidecar, with: rewrite, notes, keepsOptimizer, output)
        _ = consume rewrite
        try verifying(
            .open(
                target.temporary.path, architecture: architecture?.temporary.path ?? architecturePath,
                declarations: declarations, isOwn: true))
        try architecture?.commit()
        try target.commit()
        return warnings
    }

    /// Writes the files under their temporary names; returns warnings, and the architecture's file where there is one.
    private func fill(
        _ target: NewFile, _ sidecar: NewFile?, with rewrite: Rewrite, _ notes: [String: String],
        _ keepsOptimizer: Bool,
        _ output: String
    ) throws -> ([String], NewFile?) {
        let written = try RewrittenConfig(self, rewrite)
        let text = written.json == config ? nil : written.json.text
        let source = try Source(path: path, architecture: architecturePath)
        let architecture = text == nil ? nil : sidecar
        var (edits, warnings) = try source.naming {
            try weightEdits(rewrite, written.model, keepsOptimizer, root: source.file.root)
        }
        if !notes.isEmpty { edits.attributes["/"] = Attributes.attributes(notes) }
        if let text, format.kind == .kerasLegacy { edits.attributes["/", default: [:]]["model_config"] = .string(text) }
        do {
            if format.kind == .kerasArchive {
                try fillArchive(target.temporary, source, edits, config: text)
            } else {
                try HDF5Rewriter(edits).write(source.file, to: target.temporary.path)
            }
            if let text, let architecture {
                try architecture.temporary.append(text)
                warnings.append("the architecture changed with the weights; it is in \(architecture.path)")
            }
        } catch let FileError.cannotWrite(_, reason) {
            throw FileError.cannotWrite(path: output, reason: reason)
        } catch let HDF5Error.failed(file, _, _, detail) where file != source.file.path {
            throw FileError.cannotWrite(path: output, reason: detail)
        } catch let error as HDF5Error {
            throw FileError.cannotWrite(path: output, reason: "\(error)")
        }
        return (warnings, architecture)
    }

    /// Makes the file at `target` the source's archive with other weights and, where there is one, another config.
    private func fillArchive(_ target: TemporaryFile, _ source: Source, _ edits: HDF5Edits, config: String?) throws {
        let weightsFile = try TemporaryFile(), configFile = try TemporaryFile()
        try HDF5Rewriter(edits).write(source.file, to: weightsFile.path)
        var entries = ["model.weights.h5": weightsFile.path]
        if let config {
            try configFile.append(config)
            entries["config.json"] = configFile.path
        }
        try target.replace(byCopyOf: path) { try Archive.replace(entries, in: $0) }
    }

    /// The files that `write` would make. Refuses, before any work is done, an output that it would refuse.
    package func checkOutput(_ output: String, overwrite: Bool) throws -> [String] {
        let (target, architecture) = try outputs(output, overwrite: overwrite)
        return [target.path] + [architecture].compactMap { $0?.path }
    }

    /// Refuses a name that `write` would refuse for its ending. Throws `outputFormat`.
    package func checkEnding(of output: String) throws { _ = try stem(of: output) }

    /// The file to write, and the one for the architecture where the format keeps that apart.
    private func outputs(_ output: String, overwrite: Bool) throws -> (target: NewFile, architecture: NewFile?) {
        let stem = try stem(of: output), inputs = [path] + (architecturePath.map { [$0] } ?? [])
        func new(_ path: String) throws -> NewFile {
            try Self.checkNotInput(path, inputs)
            return try NewFile(path, overwriting: overwrite)
        }
        let target = try new(output)
        switch format.kind {
        case .kerasLegacy, .kerasArchive: return (target, nil)
        case .weights3, .legacyWeights:
            return (target, try new("\(stem).json"))
        }
    }

    /// What to change in the file of the weights, and warnings.
    private func weightEdits(_ rewrite: Rewrite, _ written: ModelConfig, _ keepsOptimizer: Bool, root: Group) throws
        -> (HDF5Edits, warnings: [String])
    {
        let changes = WeightChanges(self, rewrite)
        var edits = HDF5Edits()
        switch format.kind {
        case .kerasLegacy:
            try edits.applyLegacy(
                changes, group: root.group("model_weights"), root: root, before: model, model: written)
        case .legacyWeights: try edits.applyLegacy(changes, group: root, root: root, before: model, model: written)
        case .kerasArchive, .weights3: try edits.applyArchive(changes, root: root, before: self, after: written)
        }
        let warnings =
            try keepsOptimizer
            ? edits.applyOptimizer(changes, root: root, checkpoint: self)
            : [edits.dropOptimizer(root: root)].compactMap { $0 }
        return (edits, warnings)
    }

    /// The output's name without the ending that its format has. Throws `outputFormat` for another ending.
    private func stem(of output: String) throws -> Substring {
        let endings =
            switch format.kind {
            case .kerasArchive: [".keras"]
            case .weights3: [".weights.h5"]
            case .kerasLegacy, .legacyWeights: [".h5", ".hdf5"]
            }
        let isOther = format.kind != .weights3 && output.hasSuffix(".weights.h5")
        guard !isOther, let ending = endings.first(where: { output.hasSuffix($0) }) else {
            throw CheckpointError.outputFormat(file: output, expected: endings[0])
        }
        return output.dropLast(ending.count)
    }
}
