import Graphs
import HDF5

/// Finds weights in Keras's own format: groups nested as the objects are, each with its weights numbered in `vars`.
///
/// A model's layers are in `layers`, up to Keras 2.14 in `_layer_checkpoint_dependencies`; see `GroupNumbering` for
/// their names.
struct ArchiveWeights {
    let root: Group
    let file: String
    let version: KerasVersion

    /// One way to understand the names of a file's groups.
    struct Reading {
        var numbering: GroupNumbering
        var locations: [Position: LayerWeights] = [:]
        /// Whether no group was left over and, where Keras makes one for each layer, none was missing.
        var isExact = true
    }

    /// The names of the groups that hold layers, today's first.
    static let containers = ["layers", "_layer_checkpoint_dependencies"]

    /// How the groups can be understood: one way, but for files whose names fit no version of Keras exactly, which may
    /// fit several ways.
    ///
    /// A numbering that explains every group is the one that is meant, also where the layers' own names would be other
    /// layers' groups. Throws `missingWeights` or `weightCount` where none fits.
    func readings(of model: ModelConfig) throws -> [Reading] {
        var fitting: [Reading] = [], firstError: CheckpointError?
        for numbering in try candidates() {
            do {
                var reading = Reading(numbering: numbering)
                try locate(in: model, group: root, into: &reading)
                if reading.isExact, numbering == .once || numbering == .twice { return [reading] }
                if !fitting.contains(where: { $0.locations == reading.locations }) { fitting.append(reading) }
            } catch let error as CheckpointError {
                firstError = firstError ?? error
            }
        }
        if fitting.allSatisfy({ $0.numbering == .order }), let firstError { throw firstError }
        return fitting
    }

    /// The numberings to try, the one that the file's layout and version tell first.
    private func candidates() throws -> [GroupNumbering] {
        guard try Self.container(of: root)?.isOld == true else { return [.once, .names, .order] }
        return version.isAtLeast(2, 14) ? [.once, .twice, .names, .order] : [.twice, .once, .names, .order]
    }

    /// The group in `group` that holds layers, and whether its name is not today's; nil where there is none.
    static func container(of group: Group) throws -> (layers: Group, isOld: Bool)? {
        guard let name = try containers.first(where: { try group.kind(of: $0) == .group }) else { return nil }
        return (try group.group(name), name != containers[0])
    }

    private func locate(in model: ModelConfig, group: Group, into reading: inout Reading) throws {
        let container = try Self.container(of: group), present = Set(try container?.layers.names() ?? [])
        let ordered = reading.numbering == .order ? model.groupNamesByOrder(present) : nil
        let names =
            try ordered
            ?? model.groupNames(reading.numbering, prefixesPrivate: version.major < 3) { layer, name in
                try layer.ownsWeights || (layer.mayOwnWeights && holdsWeights(name, in: container?.layers))
            }
        if !present.isSubset(of: names.compactMap { $0 }) { reading.isExact = false }
        for case let (layer, name?) in zip(model.layers, names) {
            if container?.isOld == true, !present.contains(name) { reading.isExact = false }
            guard layer.mayOwnWeights else { continue }
            guard let layers = container?.layers, try layers.kind(of: name) == .group else {
                if layer.ownsWeights {
                    throw CheckpointError.missingWeights(
                        file: file, layer: layer.name, expected: "group for its weights")
                }
                continue
            }
            let group = try layers.group(name)
            if let model = layer.model {
                try locate(in: model, group: group, into: &reading)
            } else if let operation = layer.operation {
                reading.locations[layer.position] =
                    operation.mayHoldUnknown
                    ? try everything(in: group) : try numbered(operation.roles, of: layer, in: group)
            }
        }
    }

    /// Whether the group of a layer that only the file knows holds weights, its own or its parts'.
    private func holdsWeights(_ name: String, in layers: Group?) throws -> Bool {
        guard let layers, try layers.kind(of: name) == .group else { return false }
        return try layers.group(name).subtree().contains { try !$0.datasetNames().isEmpty }
    }

    private func numbered(_ roles: [WeightRole], of layer: LayerConfig, in group: Group) throws -> LayerWeights {
        guard try group.kind(of: "vars") == .group else {
            throw CheckpointError.missingWeights(
                file: file, layer: layer.name, expected: "weights in '\(group.path)/vars'")
        }
        let variables = try group.group("vars")
        let count = try variables.names().count
        guard count == roles.count else {
            throw CheckpointError.weightCount(layer: layer.name, expected: roles.count, found: count)
        }
        return LayerWeights(
            group: variables.path,
            locations: roles.enumerated().map { WeightLocation(role: $1, group: variables.path, name: String($0)) })
    }

    /// All numbers below `group`, in the order of Keras: the layer's own, then its parts'.
    private func everything(in group: Group) throws -> LayerWeights {
        var result = LayerWeights(group: "\(group.path)/vars")
        let groups = try group.subtree { $0.sorted { ($0 == "vars" ? 0 : 1, $0) < ($1 == "vars" ? 0 : 1, $1) } }
        for member in groups where member !== group && member.path.hasSuffix("/vars") {
            // The state of random generators is no weight.
            for number in try member.names().compactMap({ Int($0) }).sorted()
            where try member.dataset(String(number)).type.isWeight {
                result.locations.append(
                    WeightLocation(
                        role: .unknown(result.locations.count), group: member.path, name: String(number)))
            }
        }
        return result
    }
}

extension ElementType {
    /// Whether weights are of this type: any number but the unsigned ones that random generators keep.
    fileprivate var isWeight: Bool {
        switch self {
        case .int8, .int16, .int32, .int64: true
        default: isFloatingPoint
        }
    }
}
