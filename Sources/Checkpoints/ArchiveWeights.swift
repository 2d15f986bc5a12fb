import Graphs
import HDF5

/// Finds weights in Keras 3's layout: groups nested as the objects are, each with its weights numbered in `vars`.
///
/// A model's layers are in `layers`, each in a group called after its class, the second of a class with `_1` behind, and
/// so on. Keras 2.12 called `layers` `_layer_checkpoint_dependencies`; some versions went by the layers' own names.
struct ArchiveWeights {
    let root: Group
    let file: String

    func locate(in model: ModelConfig) throws -> [Position: LayerWeights] {
        var result: [Position: LayerWeights] = [:]
        try locate(in: model, group: root, into: &result)
        return result
    }

    private func locate(in model: ModelConfig, group: Group, into result: inout [Position: LayerWeights]) throws {
        let container = try ["layers", "_layer_checkpoint_dependencies"].first { try group.kind(of: $0) == .group }
        let layers = try container.map { try group.group($0) }
        var names = model.groupNames
        let isByClass = try zip(model.layers, names).allSatisfy { layer, name in
            guard let name, layer.ownsWeights else { return true }
            return try layers?.kind(of: name) == .group
        }
        if !isByClass { names = zip(model.layers, names).map { layer, name in name.map { _ in layer.name } } }
        for (layer, name) in zip(model.layers, names) {
            guard let name, layer.mayOwnWeights else { continue }
            guard let layers, try layers.kind(of: name) == .group else {
                if layer.ownsWeights { throw CheckpointError.missingWeights(file: file, layer: layer.name, expected: "group for its weights") }
                continue
            }
            let group = try layers.group(name)
            if let model = layer.model {
                try locate(in: model, group: group, into: &result)
            } else if let operation = layer.operation {
                result[layer.position] = operation.mayHoldUnknown ? try everything(in: group) : try numbered(operation.roles, of: layer, in: group)
            }
        }
    }

    private func numbered(_ roles: [WeightRole], of layer: LayerConfig, in group: Group) throws -> LayerWeights {
        guard try group.kind(of: "vars") == .group else {
            throw CheckpointError.missingWeights(file: file, layer: layer.name, expected: "weights in '\(group.path)/vars'")
        }
        let variables = try group.group("vars")
        let count = try variables.names().count
        guard count == roles.count else { throw CheckpointError.weightCount(layer: layer.name, expected: roles.count, found: count) }
        return LayerWeights(group: variables.path, locations: roles.enumerated().map { WeightLocation(role: $1, group: variables.path, name: String($0)) })
    }

    /// All numbers below `group`, in the order of Keras: the layer's own, then its parts'.
    private func everything(in group: Group, depth: Int = 0) throws -> LayerWeights {
        var result = LayerWeights(group: "\(group.path)/vars")
        guard depth < 32 else { return result }
        for name in try group.names().sorted(by: { ($0 == "vars" ? 0 : 1, $0) < ($1 == "vars" ? 0 : 1, $1) }) where try group.kind(of: name) == .group {
            let member = try group.group(name)
            if name == "vars" {
                let numbers = try member.names().compactMap { Int($0) }.sorted()
                // The state of random generators is no weight.
                for number in numbers where try member.dataset(String(number)).type.isWeight {
                    result.locations.append(WeightLocation(role: .unknown(0), group: member.path, name: String(number)))
                }
            } else {
                result.locations += try everything(in: member, depth: depth + 1).locations
            }
        }
        for index in result.locations.indices { result.locations[index].role = .unknown(index) }
        return result
    }
}

extension ModelConfig {
    /// The name of each layer's group below `layers`; nil for what has none.
    ///
    /// Keras's own numbering; operations are no layers, and the input layer that a Sequential leaves out has no entry.
    var groupNames: [String?] {
        var used: [String: Int] = [:]
        return layers.map { layer in
            guard layer.isLayer, !layer.position.isEmpty, !(isSequential && layer.isInput) else { return nil }
            let name = layer.className.split(separator: ">").last.map { String($0).snakeCase } ?? layer.className
            defer { used[name, default: 0] += 1 }
            return used[name].map { "\(name)_\($0)" } ?? name
        }
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
