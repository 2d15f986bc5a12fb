/// How the groups of a model's layers are named in Keras's own format.
///
/// Every version of Keras goes by class, whatever the layers are called: the first convolution's group is `conv2d`, the
/// others' have a number behind, which grows in the model's order. The versions differ in what they count.
enum GroupNumbering: Sendable, Equatable {
    /// Each layer once: `conv2d`, `conv2d_1`, `conv2d_2`. Keras 2.14 and all later ones.
    case once
    /// A layer that has weights twice, one that has none once: `conv2d`, `conv2d_2`, `conv2d_4`, beside `re_lu`,
    /// `re_lu_1`.
    ///
    /// Keras 2.12 and 2.13, which meet each layer in `_layer_checkpoint_dependencies`, as `layer-0`, and before that as
    /// `layer_with_weights-0`.
    case twice
    /// No numbers, but the layers' own names: files that other programs wrote.
    case names
    /// By class, with numbers that grow in the model's order but are none of the above. No Keras is known to do so:
    /// such a file is not read this way, but neither by names where this would give other weights.
    case order
}

extension ModelConfig {
    /// The name of each layer's group as every Keras since 2.14 has it; nil for what has none.
    var groupNames: [String?] { groupNames(.once, prefixesPrivate: false) { _, _ in false } }

    /// The name of each layer's group; nil for what has none.
    ///
    /// Operations are no layers, and the input layer that a Sequential leaves out has no entry.
    ///
    /// - Parameters:
    ///   - prefixesPrivate: whether a class whose name begins with `_` counts as `private_…`, as Keras 2 has it.
    ///   - holdsWeights: whether a layer, whose group has that name, has weights; asked only where they count twice.
    func groupNames(
        _ numbering: GroupNumbering, prefixesPrivate: Bool, holdsWeights: (LayerConfig, _ group: String) throws -> Bool
    ) rethrows -> [String?] {
        var used: [String: Int] = [:]
        return try layers.map { layer in
            guard layer.isLayer, !layer.position.isEmpty, !(isSequential && layer.isInput) else { return nil }
            guard numbering != .names else { return layer.name }
            var kind = layer.className.split(separator: ">").last.map { String($0).snakeCase } ?? layer.className
            if prefixesPrivate, kind.hasPrefix("_") { kind = "private\(kind)" }
            let number = used[kind] ?? 0, name = number == 0 ? kind : "\(kind)_\(number)"
            used[kind] = number + (numbering == .twice ? try holdsWeights(layer, name) ? 2 : 1 : 1)
            return name
        }
    }

    /// The group of each layer, where of every class as many are `present` as the model has layers: the lowest number
    /// is the first layer's.
    ///
    /// Nil where another number of groups is there, or a class's weights alone.
    func groupNamesByOrder(_ present: Set<String>) -> [String?]? {
        let kinds = groupNames.map { $0?.kindAndNumber.kind }
        var numbers = Dictionary(grouping: present) { $0.kindAndNumber.kind }.mapValues { names in
            names.map { $0.kindAndNumber.number }.sorted()
        }
        let counts = Dictionary(grouping: kinds.compactMap { $0 }) { $0 }.mapValues(\.count)
        guard numbers.mapValues(\.count) == counts else { return nil }
        return kinds.map { kind -> String? in
            guard let kind, let number = numbers[kind]?.removeFirst() else { return nil }
            return number == 0 ? kind : "\(kind)_\(number)"
        }
    }
}

extension String {
    /// `conv2d` and 3 of `conv2d_3`; 0 where no number is behind.
    fileprivate var kindAndNumber: (kind: String, number: Int) {
        guard let line = lastIndex(of: "_"), let number = Int(self[index(after: line)...]) else { return (self, 0) }
        return (String(self[..<line]), number)
    }
}
