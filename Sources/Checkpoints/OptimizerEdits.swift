import Graphs
import HDF5

extension HDF5Edits {
    /// Slices the optimizer's state together with the weights, or drops it; returns warnings: where it had to be
    /// dropped, where it is more than sliced, and where it holds NaN.
    ///
    /// `changes` must be entered already. Files keep the state in `optimizer_weights` (legacy) or `optimizer/vars`; of
    /// an optimizer inside another, as mixed precision has it, a second time in a group of its own. A bias that a layer
    /// gains gets the state of a new weight.
    mutating func applyOptimizer(_ changes: WeightChanges, root: Group, checkpoint: KerasBindings) throws -> [String] {
        let isLegacy = try root.kind(of: "optimizer_weights") == .group
        let groups = try isLegacy ? [root.group("optimizer_weights")] : root.variables(below: "optimizer")
        guard !groups.isEmpty else { return [] }
        let slots = try groups.map { group in
            let names =
                try isLegacy
                ? group.attributes.strings("weight_names") ?? []
                : group.names().compactMap { Int($0) }.sorted().map { String($0) }
            return try names.map { OptimizerSlots.Slot(name: $0, shape: try group.dataset($0).shape) }
        }
        guard let trained = try TrainedWeights(changes, root: root, model: checkpoint.model) else {
            // A rate and a count of steps belong to no weight.
            if slots.joined().allSatisfy(\.shape.isEmpty) { return [] }
            return [drop(isLegacy, because: "a layer has a weight that is not made of slices of an old one")]
        }
        let layouts = try layouts(root: root, checkpoint, isLegacy)
        let warnings =
            try groups.contains { try $0.holdsNotFinite }
            ? [
                "the optimizer's state holds NaN or infinity: training that goes on from it ruins the weights; compile the model anew"
            ] : []
        guard trained.changeState(of: layouts) else { return warnings }
        var understood: [(Group, [OptimizerSlots.Slot], [OptimizerSlots.Entry])] = []
        for (group, slots) in zip(groups, slots) {
            let mayBeSorted = isLegacy && checkpoint.version.major < 3
            let reader = OptimizerSlots(
                weights: trained.weights, slots: slots, isNamed: isLegacy, mayBeSorted: mayBeSorted, known: layouts)
            guard let entries = reader.entries() else {
                return [drop(isLegacy, because: "its arrays cannot be told apart")]
            }
            understood.append((group, slots, entries))
        }
        var movesAverages = false
        for (group, slots, entries) in understood where try enter(entries, of: slots, in: group, isLegacy, trained) {
            movesAverages = true
        }
        return warnings
            + (movesAverages
                ? [
                    "the optimizer's moving averages of biases take the constants that these took, so that they stay averages of the compact model's"
                ] : [])
    }

    /// How the optimizer that the file was compiled with makes its arrays, as far as Keras's classes tell.
    private func layouts(root: Group, _ checkpoint: KerasBindings, _ isLegacy: Bool) throws -> [OptimizerLayout] {
        let training = try root.attributes.string("training_config").flatMap {
            try? JSON(parsing: $0, name: "training_config")
        }
        guard let config = checkpoint.config["compile_config"]?["optimizer"] ?? training?["optimizer_config"] else {
            return []
        }
        let known = OptimizerLayout.known(config)
        // Keras 2 changed to today's order in 2.11: before, it walked over the weights once for each array.
        return isLegacy && checkpoint.version.major < 3 ? known + known.map(\.unbundled) : known
    }

    /// Enters what becomes of one group's arrays; returns whether averages of weights move with these.
    private mutating func enter(
        _ entries: [OptimizerSlots.Entry], of slots: [OptimizerSlots.Slot], in group: Group, _ isLegacy: Bool,
        _ trained: TrainedWeights
    ) throws -> Bool {
        var names: [String] = [], movesAverages = false
        for (position, entry) in entries.enumerated() {
            let weight = entry.weight.map { trained.weights[$0] }
            guard let slot = entry.slot else {
                guard let index = entry.weight, let model = entries[..<position].last(where: { $0.slot != nil })?.slot
                else { continue }
                let name =
                    isLegacy
                    ? trained.name(of: index, beside: slots[model].name, others: names + slots.map(\.name))
                    : String(names.count)
                added[group.path, default: []].append(
                    Addition(name: name, values: trained.start(of: entry, index), model: slots[model].name))
                names.append(name)
                continue
            }
            let name = slots[slot].name, path = "\(group.path)/\(name)"
            if weight?.isRemoved == true {
                removed.insert(path)
                continue
            }
            if !isLegacy, name != String(names.count) { renamed[path] = String(names.count) }
            names.append(name)
            guard let index = entry.weight, let weight, entry.start == .weight || !weight.selections.isEmpty else {
                continue
            }
            var contents = Contents(shape: slots[slot].shape)
            for selection in weight.selections {
                // The means of fewer rows are the means of those rows: a factor is sliced like any other array.
                guard let axis = entry.part.axis(selection.axis, rank: weight.shape.count) else { continue }
                contents.selections.append(AxisSelection(axis: axis, kept: selection.kept))
                contents.shape[axis] = selection.kept.count
            }
            if entry.start == .weight {
                contents.values = try trained.movedAverage(group.dataset(name), contents, of: index)
            }
            if contents.values != nil { movesAverages = true }
            if contents.values != nil || !contents.selections.isEmpty { replaced[path] = contents }
        }
        if isLegacy, names != slots.map(\.name) {
            attributes[group.path, default: [:]]["weight_names"] = .strings(names)
        }
        return movesAverages
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
}

extension Group {
    /// Whether one of the arrays of floats in it, or in groups below, holds NaN or infinity. They are read a few MiB at
    /// a time.
    fileprivate var holdsNotFinite: Bool {
        get throws {
            try requirePlausibleSize()
            return try subtree().contains { group in
                try group.datasetNames().contains { try group.dataset($0).holdsNotFinite }
            }
        }
    }

    /// The groups of numbered arrays in the group `name` and those inside it; none where there is no such group.
    fileprivate func variables(below name: String) throws -> [Group] {
        guard try kind(of: name) == .group else { return [] }
        return try group(name).subtree().filter { $0.path.hasSuffix("/vars") }
    }
}

extension OptimizerLayout {
    /// The same arrays, of each kind in a walk of their own.
    fileprivate var unbundled: OptimizerLayout {
        OptimizerLayout(
            walks: walks.flatMap { walk -> [Walk] in
                guard case let .whole(count) = walk.arrays else { return [walk] }
                return (0..<count).map { Walk(arrays: .whole(1), starts: Array(walk.starts.dropFirst($0).prefix(1))) }
            })
    }
}

extension Dataset {
    fileprivate var holdsNotFinite: Bool {
        get throws {
            guard type.isFloatingPoint, try isWritten() else { return false }
            var isFound = false
            try forEachPiece { numbers, _ in
                isFound = isFound || numbers.indices.contains { !numbers[$0].isFinite }
            }
            return isFound
        }
    }
}
