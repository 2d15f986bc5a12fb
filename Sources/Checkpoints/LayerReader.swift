import Graphs

/// Reads one layer's config. A key may go by several names, Keras 1's after today's; null counts as absent.
struct LayerReader {
    let name: String
    let path: [String]
    let className: String
    let config: JSON
    let version: KerasVersion
    /// The layer's calls, as the config has them.
    let calls: [JSON]
    /// The number of axes of its input, the batch axis not counted, where the config tells it.
    let inputRank: Int?
    let identity: KerasIdentity
    let entry: JSON

    /// Sizes in configs end here, far above any real one, so that products of a few cannot overflow.
    static let largest = 1 << 20

    init(entry: JSON, name: String, path: [String], version: KerasVersion) {
        (self.name, self.path, self.version, self.entry) = (name, path, version, entry)
        identity = KerasIdentity(of: entry, version: version)
        className = entry["class_name"]?.string ?? ""
        config = entry["config"] ?? .null
        calls = entry["inbound_nodes"]?.array ?? []
        let called = calls.first?["args"]?.array?.first?["config"]?["shape"]
        inputRank =
            ModelReader.shape(config["batch_input_shape"] ?? entry["build_config"]?["input_shape"] ?? called)?.count
    }
}

// MARK: Values

extension LayerReader {
    /// The first of `keys` that is there and not null.
    func value(_ keys: String...) -> JSON? { value(keys) }

    private func value(_ keys: [String]) -> JSON? {
        for key in keys { if let value = config[key], !value.isNull { return value } }
        return nil
    }

    var qualifiedName: String { (path + [name]).joined(separator: "/") }

    func error(_ reason: String) -> CheckpointError { .invalidConfig(subject: qualifiedName, reason: reason) }

    private func error(_ keys: [String], expected: String, found: JSON) -> CheckpointError {
        error("'\(keys[0])' should be \(expected), it is \(found.text.prefix(60))")
    }

    /// A whole number from 1 to `largest`. Throws where it is missing without a default, or anything else.
    func size(_ keys: String..., or absent: Int? = nil) throws -> Int {
        guard let value = value(keys) else {
            if let absent { return absent }
            throw error("'\(keys[0])' is missing")
        }
        guard let size = size(value) else { throw error(keys, expected: "a positive number", found: value) }
        return size
    }

    /// One size per spatial axis; a single number stands for all.
    func sizes(_ keys: String..., rank: Int, or absent: [Int]? = nil) throws -> [Int] {
        guard let value = value(keys) else {
            guard let absent else { throw error("'\(keys[0])' is missing") }
            return absent
        }
        if let size = size(value) { return Array(repeating: size, count: rank) }
        let sizes = value.array?.compactMap { size($0) } ?? []
        guard sizes.count == rank, value.array?.count == rank else {
            throw error(keys, expected: rank == 1 ? "a positive number" : "\(rank) positive numbers", found: value)
        }
        return sizes
    }

    private func size(_ json: JSON) -> Int? { json.int.flatMap { (1...Self.largest).contains($0) ? $0 : nil } }

    func flag(_ keys: String..., or absent: Bool) throws -> Bool {
        guard let value = value(keys) else { return absent }
        guard let flag = value.bool ?? value.int.map({ $0 != 0 }) else {
            throw error(keys, expected: "true or false", found: value)
        }
        return flag
    }

    /// A finite number, or the first of an array's.
    func float(_ keys: String..., or absent: Float) throws -> Float { try optionalFloat(keys) ?? absent }

    func optionalFloat(_ keys: String...) throws -> Float? { try optionalFloat(keys) }

    private func optionalFloat(_ keys: [String]) throws -> Float? {
        guard let value = value(keys) else { return nil }
        let number = try value.withoutNumpy
        guard let float = (number.array?.first ?? number).double.map({ Float($0) }), float.isFinite else {
            throw error(keys, expected: "a number", found: value)
        }
        return float
    }

    /// A number, or a list of them.
    func floats(_ key: String, or absent: [Float]) throws -> [Float] {
        guard let value = try value(key)?.withoutNumpy else { return absent }
        let numbers = (value.array ?? [value]).map { $0.double.map { Float($0) } ?? .nan }
        guard !numbers.isEmpty, numbers.allSatisfy(\.isFinite) else {
            throw error([key], expected: "numbers", found: value)
        }
        return numbers
    }

    /// Axes as `Operation` has them: Keras counts the batch axis, we don't; negative ones still count from the end. Nil
    /// where the batch's is among them, or `null` stands for all of them.
    func axes(_ key: String, or absent: [Int]) throws -> [Int]? {
        guard let value = config[key] else { return absent }
        let axes = (value.array ?? [value]).compactMap(\.int)
        if axes.isEmpty && value.isNull || axes.contains(0) { return nil }
        guard !axes.isEmpty, axes.count == value.array?.count ?? 1, axes.allSatisfy({ abs($0.clamped) <= 8 }) else {
            throw error([key], expected: "axes", found: value)
        }
        return axes.map { $0 > 0 ? $0 - 1 : $0 }
    }

    var dataFormat: DataFormat {
        get throws {
            guard let value = value("data_format", "dim_ordering") else { return .channelsLast }
            switch value.string {
            case "channels_last", "tf", "default": return .channelsLast
            case "channels_first", "th": return .channelsFirst
            default: throw error(["data_format"], expected: "'channels_last' or 'channels_first'", found: value)
            }
        }
    }

    /// Nil for paddings this project does not know (Keras 1's `full`).
    var padding: Padding? {
        get throws {
            guard let value = value("padding", "border_mode") else { return .valid }
            guard let text = value.string else { throw error(["padding"], expected: "'valid' or 'same'", found: value) }
            return Padding(keras: text.lowercased())
        }
    }
}

extension Int {
    var clamped: Int { Swift.max(self, -Int.max) }
}

extension JSON {
    /// The numbers of an array of numpy, which Keras 2 writes as `{"type": "ndarray", "value": [1, 2]}`, Keras 3 as
    /// `{"class_name": "__numpy__", "config": {"value": [1, 2]}}`; anything else as it is.
    /// Throws `ForeignValue` for any other object, whose class may hold its value as it likes.
    fileprivate var withoutNumpy: JSON {
        get throws {
            guard object != nil else { return self }
            if self["class_name"] == nil, let value = self["value"] { return value }
            guard let className = self["class_name"]?.string, ["__numpy__", "__tensor__"].contains(className),
                self["module"]?.string ?? "builtins" == "builtins",
                let value = self["config"]?["value"]
            else { throw ForeignValue() }
            return value
        }
    }
}
