import Files
import HDF5
import HDF5Writing

extension KerasBindings {
    func outputs(_ output: String) throws -> [String] {
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
        return switch format.kind {
        case .kerasLegacy, .kerasArchive: [output]
        // The architecture goes beside the weights.
        case .weights3, .legacyWeights: [output, "\(output.dropLast(ending.count)).json"]
        }
    }

    func write(_ changes: CheckpointChanges, to files: [NewFile]) throws -> (files: [NewFile], warnings: [String]) {
        let target = files[0]
        var written = try RewrittenConfig(self, changes.rewrite)
        // An architecture that notes its weights goes with no others.
        let text = written.json == config && config[WeightsDigest.key] == nil ? nil : written.json.text
        let source = try KerasSource(path: path, architecture: architecturePath, readsAll: false)
        var (edits, warnings) = try source.naming { try weightEdits(changes, written.model, root: source.file.root) }
        if !changes.notes.isEmpty { edits.attributes["/"] = Attributes.attributes(changes.notes) }
        if let text, format.kind == .kerasLegacy { edits.attributes["/", default: [:]]["model_config"] = .string(text) }
        let architecture = text == nil ? nil : files.dropFirst().first
        do {
            try target.writingHDF5 {
                if format.kind == .kerasArchive {
                    try writeArchive(target.temporary, source, edits, config: text)
                } else {
                    try HDF5Rewriter(edits).write(source.file, to: target.temporary.path)
                }
            }
            if let architecture {
                try WeightsDigest.note(in: &written.json, weights: target.temporary.path)
                try architecture.temporary.append(written.json.text)
                warnings.append("the architecture of these weights is in \(architecture.path)")
            }
        } catch let FileError.cannotWrite(_, reason) {
            throw FileError.cannotWrite(path: target.path, reason: reason)
        } catch let error as HDF5Error {
            throw FileError.cannotWrite(path: target.path, reason: "\(error)")
        }
        return ([target] + [architecture].compactMap { $0 }, warnings)
    }

    func readBack(_ files: [NewFile]) throws -> Checkpoint {
        let architecture = files.dropFirst().first?.temporary.path ?? architecturePath
        do {
            return try KerasSource(path: files[0].temporary.path, architecture: architecture, isOwn: true)
                .checkpoint(declarations: declarations)
        } catch let CheckpointError.cannotUnpack(_, reason) {
            // Nobody knows the temporary name.
            throw CheckpointError.cannotUnpack(file: files[0].path, reason: reason)
        }
    }

    /// Makes `target` the source's archive with other weights and, where there is one, another config.
    private func writeArchive(_ target: TemporaryFile, _ source: KerasSource, _ edits: HDF5Edits, config: String?)
        throws
    {
        let weightsFile = try TemporaryFile(), configFile = try TemporaryFile()
        try HDF5Rewriter(edits).write(source.file, to: weightsFile.path)
        var entries = ["model.weights.h5": weightsFile.path]
        if let config {
            try configFile.append(config)
            entries["config.json"] = configFile.path
        }
        try target.replace(byCopyOf: path) { try Archive.replace(entries, in: $0) }
    }

    /// What to change in the file of the weights, and warnings.
    private func weightEdits(_ changes: CheckpointChanges, _ written: ModelConfig, root: Group) throws
        -> (HDF5Edits, warnings: [String])
    {
        let weights = WeightChanges(self, changes.rewrite)
        var edits = HDF5Edits()
        if let group = try format.kind.legacyGroup(in: root) {
            try edits.applyLegacy(weights, group: group, root: root, before: model, model: written)
        } else {
            try edits.applyArchive(weights, root: root, before: self, after: written)
        }
        let warnings =
            try changes.keepsOptimizer
            ? edits.applyOptimizer(weights, root: root, checkpoint: self)
            : [edits.dropOptimizer(root: root)].compactMap { $0 }
        return (edits, warnings)
    }
}
