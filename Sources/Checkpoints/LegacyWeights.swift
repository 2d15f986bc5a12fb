import Graphs
import HDF5

/// Finds weights in Keras's legacy format: a group per top-level layer, its weights listed in `weight_names`.
///
/// Keras itself goes by order alone. So does this where order and names agree; where they do not (a layer's
/// `trainable` changed after saving), the names decide, and where neither is conclusive, the file is refused.
struct LegacyWeights {
    /// The group that holds `layer_names`.
    let group: Group
    let file: String

    /// The weights of every layer of `model`, nested ones included, by position.
    func locate(in model: ModelConfig) throws -> [Position: LayerWeights] {
        let names = try group.attributes.strings("layer_names") ?? []
        var found: [(name: String, group: String, weights: [String])] = []
        for name in names {
            guard try group.kind(of: name) == .group else { continue }
            let layer = try group.group(name)
            found.append((name, layer.path, try layer.attributes.strings("weight_names") ?? []))
        }
        let byName = Dictionary(found.map { ($0.name, $0) }) { first, _ in first }
        let owners = model.layers.filter(\.mayOwnWeights)
        var pairs = owners.compactMap { layer in byName[layer.name].map { (layer, $0) } }
        let certain = owners.filter(\.ownsWeights)
        if certain.contains(where: { byName[$0.name]?.weights.isEmpty ?? true }) {
            // Names made anew in another session: Keras pairs by order those that have weights.
            let filled = found.filter { !$0.weights.isEmpty }
            guard owners.allSatisfy({ $0.ownsWeights || $0.operation?.isOpaque == false }),
                certain.count == filled.count
            else {
                let layer = certain.first { byName[$0.name]?.weights.isEmpty ?? true }?.name ?? model.name
                throw CheckpointError.missingWeights(file: file, layer: layer, expected: "weights")
            }
            pairs = Array(zip(certain, filled))
        }
        var result: [Position: LayerWeights] = [:]
        for (layer, found) in pairs {
            try LegacyAssignment(owner: layer, group: found.group, names: found.weights).assign(to: &result)
        }
        return result
    }
}

extension LayerConfig {
    /// Whether the config alone says that there are weights.
    var ownsWeights: Bool {
        switch content {
        case .input: false
        case let .operation(operation): !operation.roles.isEmpty
        case let .model(model): model.layers.contains(where: \.ownsWeights)
        }
    }

    /// Whether there can be weights: opaque layers tell only in the file.
    var mayOwnWeights: Bool {
        switch content {
        case .input: false
        case let .operation(operation): !operation.roles.isEmpty || operation.mayHoldUnknown
        case let .model(model): model.layers.contains(where: \.mayOwnWeights)
        }
    }

    /// The layers inside that may own weights, in order, and whether each is frozen by itself or a model around it.
    func leaves(frozen: Bool = false) -> [(layer: LayerConfig, isFrozen: Bool)] {
        let frozen = frozen || !isTrainable
        guard let model else { return mayOwnWeights ? [(self, frozen)] : [] }
        return model.layers.flatMap { $0.leaves(frozen: frozen) }
    }
}

extension ParsedOperation {
    /// Opaque layers, and those a declaration made an activation of.
    var mayHoldUnknown: Bool {
        isDeclared || isOpaque || operation.kind is Activation
    }
}

/// Pairs the listed weights of one group with the layers they belong to.
private struct LegacyAssignment {
    let owner: LayerConfig
    let group: String
    let names: [String]

    private struct Slot: Hashable {
        var leaf: Int
        var role: WeightRole
    }

    func assign(to result: inout [Position: LayerWeights]) throws {
        let leaves = owner.leaves()
        guard let indices = byOrder(leaves) ?? byName(leaves) else {
            let expected = leaves.reduce(0) { $0 + ($1.layer.operation?.roles.count ?? 0) }
            throw CheckpointError.weightCount(layer: owner.name, expected: expected, found: names.count)
        }
        var taken: Set<Int> = []
        for (number, leaf) in leaves.enumerated() {
            var weights = LayerWeights(group: group)
            for role in leaf.layer.operation?.roles ?? [] {
                guard let index = indices[Slot(leaf: number, role: role)] else { continue }
                taken.insert(index)
                weights.locations.append(WeightLocation(role: role, group: group, name: names[index]))
            }
            result[leaf.layer.position] = weights
        }
        // What is left belongs to opaque layers: by the layer's name in the weight's, else to the first of them.
        let opaque = leaves.filter { $0.layer.operation?.mayHoldUnknown == true }
        for index in names.indices where !taken.contains(index) {
            let components = names[index].split(separator: "/").dropLast().map(String.init)
            guard let leaf = opaque.first(where: { components.contains($0.layer.name) }) ?? opaque.first ?? leaves.first
            else { continue }
            let number =
                result[leaf.layer.position]?.locations.count { if case .unknown = $0.role { true } else { false } } ?? 0
            result[leaf.layer.position]?.locations.append(
                WeightLocation(role: .unknown(number), group: group, name: names[index]))
        }
    }

    /// Keras's order: of each layer what is trained, then of each layer what is not; everything frozen is in the second
    /// part.
    private func byOrder(_ leaves: [(layer: LayerConfig, isFrozen: Bool)]) -> [Slot: Int]? {
        func slots(trained: Bool) -> [Slot] {
            leaves.enumerated().flatMap { number, leaf in
                (leaf.layer.operation?.roles ?? []).filter { ($0.isTrainable && !leaf.isFrozen) == trained }.map {
                    Slot(leaf: number, role: $0)
                }
            }
        }
        let order = slots(trained: true) + slots(trained: false)
        guard order.count == names.count else { return nil }
        for (slot, name) in zip(order, names) where !slot.role.allows(name) { return nil }
        return Dictionary(uniqueKeysWithValues: zip(order, names.indices))
    }

    /// By `layer/weight` at the end of the name, where that is unambiguous for every weight the configs ask for.
    private func byName(_ leaves: [(layer: LayerConfig, isFrozen: Bool)]) -> [Slot: Int]? {
        var result: [Slot: Int] = [:]
        for (number, leaf) in leaves.enumerated() {
            for role in leaf.layer.operation?.roles ?? [] {
                let candidates = names.indices.filter { index in
                    let components = names[index].split(separator: "/").map(String.init)
                    return role.isNamed(names[index])
                        && (leaves.count == 1 || components.dropLast().last == leaf.layer.name)
                }
                guard candidates.count == 1 else { return nil }
                result[Slot(leaf: number, role: role)] = candidates[0]
            }
        }
        return Set(result.values).count == result.count ? result : nil
    }
}

extension WeightRole {
    /// Whether `name` (`conv2d/kernel:0`, `dense_1_W`) ends in one of the role's names.
    func isNamed(_ name: String) -> Bool {
        let last = Self.lastComponent(name)
        return names.contains { last == $0 || last.hasSuffix("_\($0)") && Self.longestFamiliar(last) == $0 }
    }

    /// Whether `name` may be the role's: it says so, or says nothing.
    fileprivate func allows(_ name: String) -> Bool {
        isNamed(name) || Self.longestFamiliar(Self.lastComponent(name)) == nil
    }

    private static func lastComponent(_ name: String) -> Substring {
        let last = name.split(separator: "/").last ?? ""
        return last.firstIndex(of: ":").map { last[..<$0] } ?? last
    }

    private static func longestFamiliar(_ last: Substring) -> String? {
        familiarNames.filter { last == $0 || last.hasSuffix("_\($0)") }.max { $0.count < $1.count }
    }
}
