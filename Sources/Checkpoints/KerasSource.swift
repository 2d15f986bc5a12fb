import HDF5

/// An opened checkpoint in one of Keras's formats: its weights' file and its config.
struct KerasSource {
    let path: String
    let format: CheckpointFormat
    /// The HDF5 file that holds the weights; of an archive, the one inside.
    let file: File
    let config: JSON
    let version: KerasVersion
    let architecturePath: String?
    var warnings: [String] = []

    /// `isOwn`: whether this process is writing the file, and holds the lock on it. `readsAll`: whether an archive's
    /// weights are held against their checksum.
    init(path: String, architecture: String?, isOwn: Bool = false, readsAll: Bool = true) throws {
        if !Self.isHDF5(path), let sample = FileSample(path), let signature = FileSignature.of(sample) {
            throw CheckpointError.foreignFormat(file: path, name: signature.name, advice: signature.advice)
        }
        if try FileBytes.begins(path, with: [0x50, 0x4B]) {
            try self.init(archive: path, readsAll: readsAll)
        } else {
            try self.init(hdf5: path, architecture: architecture, isOwn: isOwn)
        }
        if architecture != nil, architecturePath == nil {
            warnings.append("\(path) has an architecture of its own; the one given is not used")
        }
    }

    /// Whether it begins as HDF5 files do; those with other data in front are left to the library.
    private static func isHDF5(_ path: String) -> Bool {
        (try? FileBytes.begins(path, with: [0x89, 0x48, 0x44, 0x46, 0x0D, 0x0A, 0x1A, 0x0A])) == true
    }

    private init(archive path: String, readsAll: Bool) throws {
        self.path = path
        let archive = try Archive(path: path)
        config = try JSON(parsing: archive.text("config.json"), name: "\(path):config.json")
        let metadata =
            try archive.contains("metadata.json")
            ? JSON(parsing: archive.text("metadata.json"), name: "\(path):metadata.json") : .null
        file = try archive.openHDF5("model.weights.h5", readsAll: readsAll)
        version = KerasVersion(text: metadata["keras_version"]?.string, backend: nil, model: config)
        format = CheckpointFormat(kind: .kerasArchive, kerasVersion: version.text)
        architecturePath = nil
    }

    private init(hdf5 path: String, architecture: String?, isOwn: Bool) throws {
        self.path = path
        file = try File.open(path, locking: !isOwn)
        let root = file.root
        if let text = try root.attributes.string("model_config") {
            config = try JSON(parsing: text, name: "\(path):model_config")
            version = try Self.version(
                of: try root.kind(of: "model_weights") == .group ? root.group("model_weights") : root, else: root,
                model: config)
            format = CheckpointFormat(kind: .kerasLegacy, kerasVersion: version.text)
            architecturePath = nil
            return
        }
        let kind: CheckpointFormat.Kind
        if try root.attributes.strings("layer_names") != nil {
            kind = .legacyWeights
        } else if try ArchiveWeights.containers.contains(where: { try root.kind(of: $0) == .group }) {
            kind = .weights3
        } else if try root.kind(of: "model_weights") == .group {
            throw CheckpointError.unknownFormat(
                file: path, reason: "it has weights, but its attribute 'model_config' is missing")
        } else {
            throw CheckpointError.unknownFormat(
                file: path, reason: "it has neither 'model_config' nor 'layer_names' nor 'layers'")
        }
        guard let architecture else { throw CheckpointError.noArchitecture(file: path) }
        config = try JSON(parsing: FileBytes.text(architecture, limit: JSON.mostBytes), name: architecture)
        if !isOwn { try WeightsDigest.check(config, from: architecture, weights: path) }
        let own = try Self.version(of: root, else: root, model: config)
        version =
            own.text != nil
            ? own
            : KerasVersion(text: config["keras_version"]?.string, backend: config["backend"]?.string, model: config)
        format = CheckpointFormat(kind: kind, kerasVersion: version.text)
        architecturePath = architecture
    }

    /// Where the weights of every layer of `model` are, as far as names tell: more than one possibility where they
    /// leave it to the shapes.
    func readings(of model: ModelConfig) throws -> [ArchiveWeights.Reading] {
        let root = file.root
        guard let group = try format.kind.legacyGroup(in: root) else {
            return try ArchiveWeights(root: root, file: path, version: version).readings(of: model)
        }
        return [try .init(numbering: .names, locations: LegacyWeights(group: group, file: path).locate(in: model))]
    }

    /// Whether the model was compiled for training when it was saved.
    var isCompiled: Bool {
        get throws {
            if let compiled = config["compile_config"], compiled.object?.isEmpty == false { return true }
            return try naming { try file.root.attributes.value("training_config") != nil }
        }
    }

    /// What `body` returns; errors speak of the checkpoint, wherever its weights were unpacked to.
    func naming<Result>(_ body: () throws -> Result) throws -> Result {
        try Archive.naming(path, inside: file.path, body)
    }

    private static func version(of group: Group, else root: Group, model: JSON) throws -> KerasVersion {
        KerasVersion(
            text: try group.attributes.string("keras_version") ?? root.attributes.string("keras_version"),
            backend: try group.attributes.string("backend") ?? root.attributes.string("backend"), model: model)
    }
}

extension CheckpointFormat.Kind {
    /// The group that holds `layer_names` in a file of the legacy format; nil in Keras's own.
    func legacyGroup(in root: Group) throws -> Group? {
        switch self {
        case .kerasLegacy: try root.group("model_weights")
        case .legacyWeights: root
        case .kerasArchive, .weights3: nil
        }
    }
}
