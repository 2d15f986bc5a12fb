import Graphs
import HDF5

extension HDF5Edits {
    /// Slices the optimizer's state together with the weights, or drops it; returns a warning where it had to be dropped.
    ///
    /// `changes` must be entered already. Files keep the state in `optimizer_weights` (legacy) or `optimizer/vars`; of an
    /// optimizer inside another, as mixed precision has it, a second time in a group of its own.
    mutating func applyOptimizer(_ changes: WeightChanges, root: Group, model: ModelConfig, version: KerasVersion) throws -> String? {
        let isLegacy = try root.kind(of: "optimizer_weights") == .group
        let places = isLegacy ? ["optimizer_weights"] : ["optimizer/vars", "optimizer/inner_optimizer/vars"]
        let groups = try places.filter { try root.kind(of: $0) == .group }.map { try root.group($0) }
        guard !groups.isEmpty else { return nil }
        let weights = try trained(changes, root: root, model: model)
        guard let weights, weights.allSatisfy({ $0.selections.isEmpty && !$0.isRemoved }) == false else {
            return weights == nil ? drop(isLegacy, because: "a layer has a weight that is not made of slices of an old one") : nil
        }
        let owned = try groups.map { group in
            let names = try isLegacy ? group.attributes.strings("weight_names") ?? [] : group.names().compactMap { Int($0) }.sorted().map { String($0) }
            let slots = try names.map { OptimizerSlots.Slot(name: $0, shape: try group.dataset($0).shape) }
            let owners = OptimizerSlots(weights: weights, slots: slots, isNamed: isLegacy, mayBeSorted: isLegacy && version.major < 3).owners()
            return owners.map { Array(zip(slots, $0)) }
        }
        if owned.contains(where: { $0 == nil }) { return drop(isLegacy, because: "its arrays cannot be told apart") }
        for (group, slots) in zip(groups, owned) { slice(slots ?? [], of: group, isLegacy, weights) }
        return nil
    }

    /// Slices the arrays of one group, each with the weight it belongs to.
    private mutating func slice(_ slots: [(OptimizerSlots.Slot, Int?)], of group: Group, _ isLegacy: Bool, _ weights: [OptimizerSlots.Trained]) {
        var kept: [String] = []
        for (slot, owner) in slots {
            let path = "\(group.path)/\(slot.name)"
            let weight = owner.map { weights[$0] }
            if weight?.isRemoved == true {
                removed.insert(path)
                continue
            }
            if !isLegacy, slot.name != String(kept.count) { renamed[path] = String(kept.count) }
            kept.append(slot.name)
            guard let weight, !weight.selections.isEmpty else { continue }
            var shape = slot.shape
            for selection in weight.selections { shape[selection.axis] = selection.kept.count }
            replaced[path] = Contents(shape: shape, selections: weight.selections)
        }
        if isLegacy, kept.count < slots.count { attributes[group.path, default: [:]]["weight_names"] = .strings(kept) }
    }

    /// Leaves the optimizer's state out, where there is one; returns the warning that says so.
    mutating func dropOptimizer(root: Group) throws -> String? {
        let isLegacy = try root.kind(of: "optimizer_weights") == .group
        guard try isLegacy || root.kind(of: "optimizer") == .group else { return nil }
        return drop(isLegacy, because: "it belongs to the weights before")
    }

    private mutating func drop(_ isLegacy: Bool, because reason: String) -> String {
        removed.insert(isLegacy ? "/optimizer_weights" : "/optimizer")
        return "the optimizer's state is left out: \(reason); training goes on from the weights with a fresh optimizer"
    }

    /// The weights that training changes, in Keras's order; nil where one is new, so that there is no state for it.
    private func trained(_ changes: WeightChanges, root: Group, model: ModelConfig) throws -> [OptimizerSlots.Trained]? {
        let bindings = Dictionary(changes.bindings.map { ($0.position, $0) }) { first, _ in first }
        var result: [OptimizerSlots.Trained] = []
        for (layer, isFrozen) in model.layers.flatMap({ $0.leaves() }) where !isFrozen {
            guard let binding = bindings[layer.position] else { continue }
            if try changes.createdBias(in: binding) != nil { return nil }
            for location in binding.weights.locations where location.role.isTrainable || layer.operation?.isOpaque == true {
                var weight = OptimizerSlots.Trained(name: location.name, shape: try root.dataset(location.relativePath).shape)
                switch changes.change(of: location, in: binding.key) {
                case .kept: break
                case .removed: weight.isRemoved = true
                case let .replaced(contents):
                    guard contents.sliced(weight.shape) == contents.shape else { return nil }
                    weight.selections = contents.selections
                }
                result.append(weight)
            }
        }
        return result
    }
}
