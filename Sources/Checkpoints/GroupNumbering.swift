/// How the groups of a model's layers are named in Keras's own format.
///
/// Every version of Keras goes by class, whatever the layers are called: the first convolution's group is `conv2d`, the
/// others' have a number behind, which grows in the model's order. The versions differ in what they count.
enum GroupNumbering: Sendable, Equatable {
    /// Each layer once: `conv2d`, `conv2d_1`, `conv2d_2`. Keras 2.14 and all later ones.
    case once
    /// A layer that has weights twice, one that has none once: `conv2d`, `conv2d_2`, `conv2d_4`, beside `re_lu`, `re_lu_1`.
    ///
    /// Keras 2.12 and 2.13, which meet each layer in `_layer_checkpoint_dependencies`, as `layer-0`, and before that as
    /// `layer_with_weights-0`.
    case twice
    /// No numbers, but the layers' own names: files that other programs wrote.
    case names
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
    func groupNames(_ numbering: GroupNumbering, prefixesPrivate: Bool, holdsWeights: (LayerConfig, _ group: String) throws -> Bool) rethrows -> [String?] {
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
}
