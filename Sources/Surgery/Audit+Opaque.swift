import Graphs

extension Audit {
    /// Layers of one class that are not understood, and the dead filters that stay for that alone.
    package struct OpaqueHold: Sendable {
        package let className: String
        package let layers: [String]
        /// Dead filters that flow through these layers, or would go without them.
        package fileprivate(set) var heldFilters = 0
        /// Filters that would go, were these layers alone known to work element by element.
        package fileprivate(set) var freedFilters = 0
        /// The parameters of the whole network that would go with them.
        package fileprivate(set) var parameters = 0
        /// What `--declare` takes for these layers, the functions left open: the class where all of it are meant.
        package let patterns: [String]
    }

    /// What would go if layers were declared to be functions of single numbers.
    package struct OpaqueHolds: Sendable {
        /// The layers that matter to it, by class; empty where no declaration frees a filter.
        package fileprivate(set) var classes: [OpaqueHold] = []
        /// All of them together.
        fileprivate var together: OpaqueHold?
        package var heldFilters: Int { together?.heldFilters ?? 0 }
        package var freedFilters: Int { together?.freedFilters ?? 0 }
        package var parameters: Int { together?.parameters ?? 0 }
    }

    /// What layers that are not understood hold, as far as they may be declared: see `Graph.declarableLayers`.
    ///
    /// Found by planning the same cut once more with these layers as identities, one class at a time and all together;
    /// what they compute in truth may free less, or more where it turns a constant to 0. Of many classes those with
    /// most layers are tried. Throws as `SurgeryPlan.rewrite` does.
    package func opaqueHolds() throws -> OpaqueHolds {
        let graph = plan.dense
        let declarable = Dictionary(grouping: graph.declarableLayers) { graph.layers[$0].declaredAs }
        let tried = declarable.values.sorted { ($1.count, $0[0]) < ($0.count, $1[0]) }.prefix(Self.mostClasses)
        let candidates = Set(tried.joined())
        guard !candidates.isEmpty, let most = supposing(candidates) else { return OpaqueHolds() }
        let gain = freed(by: most).count
        if gain == 0 { return OpaqueHolds() }
        let classes = tried.sorted { $0[0] < $1[0] }
        // A class matters when less would go without it.
        var needed = candidates
        for members in classes where classes.count > 1 {
            let rest = needed.subtracting(members)
            if let plan = supposing(rest), freed(by: plan).count >= gain { needed = rest }
        }
        var result = OpaqueHolds(together: try hold(of: needed))
        for members in classes where needed.isSuperset(of: members) {
            result.classes.append(try hold(of: Set(members)))
        }
        return result
    }

    /// A model has one or two that are not understood; each takes some plans of its own.
    private static let mostClasses = 16

    /// What some layers hold by themselves.
    private func hold(of members: Set<LayerID>) throws -> OpaqueHold {
        let graph = plan.dense, names = members.sorted().map { graph.layers[$0].qualifiedName }
        let first = members.min().map { graph.layers[$0] }, common = first?.declaredAs ?? ""
        let isWhole = graph.layers.indices.allSatisfy { layer in
            members.contains(layer) || !graph.layers[layer].operation.isOpaque
                || graph.layers[layer].declaredAs != common
        }
        // A single layer goes by its own name, unless its function has one.
        let goesByClass = isWhole && (members.count > 1 || common != first?.className)
        var hold = OpaqueHold(
            className: first?.className ?? "", layers: names, patterns: goesByClass ? [common] : names)
        guard let other = supposing(members) else { return hold }
        let going = freed(by: other)
        hold.freedFilters = going.count
        hold.heldFilters = held(by: names).union(going).count
        hold.parameters = try plan.rewrite().graph.parameters - other.rewrite().graph.parameters
        return hold
    }

    /// The same cut, were these layers identities; nil where shapes speak against that.
    private func supposing(_ layers: Set<LayerID>) -> SurgeryPlan? {
        plan.dense.understanding(layers).map { SurgeryPlan($0, plan.criteria) }
    }

    /// The filters that go by another plan and stay by this one.
    private func freed(by other: SurgeryPlan) -> Set<ChannelID> {
        var result: Set<ChannelID> = [], seen: Set<LayerID> = []
        for node in plan.dense.nodes where plan.dense.layers[node.layer].operation.activation != nil {
            guard let output = node.outputs.first, seen.insert(node.layer).inserted else { continue }
            result.formUnion(
                Set(other.removed(from: output)).subtracting(plan.removed(from: output)).map { ChannelID(output, $0) })
        }
        return result
    }

    /// The dead filters that stay because they flow through one of these layers.
    private func held(by names: [String]) -> Set<ChannelID> {
        let names = Set(names)
        var result: Set<ChannelID> = []
        for layer in layers {
            let dead = Set(layer.deadFilters)
            for case let (filter, .opaque(name)) in layer.pinned where names.contains(name) && dead.contains(filter) {
                result.insert(ChannelID(layer.bank.output, filter))
            }
        }
        return result
    }
}

extension Graph {
    /// The layers of which the user may declare what they compute: they are not understood, have no weights, keep the
    /// shape of what they read as far as that is known, also by what comes behind, and their class does not say that
    /// they are no function of single numbers.
    fileprivate var declarableLayers: [LayerID] {
        let calls = Dictionary(grouping: nodes.indices) { nodes[$0].layer }, readers = readers
        return calls.keys.sorted().filter { layer in
            guard layers[layer].operation.isOpaque, layers[layer].weights.isEmpty, let calls = calls[layer] else {
                return false
            }
            switch layers[layer].obstacle {
            case .undeclared, .function: return calls.allSatisfy(keepsShape) && mayBeIdentity(layer, calls, readers)
            case .beyondDeclaration, .wrapper: return false
            }
        }
    }

    /// Whether what comes behind a layer, called by `calls`, agrees with it as an identity. Follows only the shapes
    /// that this changes.
    private func mayBeIdentity(_ layer: LayerID, _ calls: [NodeID], _ readers: IDArray<TensorID, [NodeID]>) -> Bool {
        var identity = layers[layer], open = calls, next = 0, found: [TensorID: TensorShape?] = [:]
        identity.operation = .identity
        while next < open.count {
            let node = nodes[open[next]], rule = ShapeRule(layer: node.layer == layer ? identity : layers[node.layer])
            next += 1
            let shape: TensorShape?
            do { shape = try rule.output(of: node.inputs.map { found[$0] ?? shapes[$0] }) } catch { return false }
            for output in node.outputs where (found[output] ?? shapes[output]) != shape {
                guard agrees(output, with: shape) else { return false }
                found[output] = .some(shape)
                open += readers[output]
            }
        }
        return true
    }

    /// Whether a tensor may have a shape by what the file says.
    private func agrees(_ tensor: TensorID, with shape: TensorShape?) -> Bool {
        shapes[tensor].map { known in shape.map(known.mayEqual) ?? false } ?? true
    }

    /// The graph with layers that are not understood as identities; nil where what comes behind contradicts that.
    fileprivate func understanding(_ opaque: Set<LayerID>) -> Graph? {
        var result = self
        for layer in opaque { result.layers[layer].operation = .identity }
        do { try result.inferShapes() } catch { return nil }
        return shapes.indices.allSatisfy { agrees($0, with: result.shapes[$0]) } ? result : nil
    }
}

extension Layer {
    /// What one declaration may say of several layers at once: their function's name, where it has one, else their
    /// class.
    fileprivate var declaredAs: String { if case let .function(name?) = obstacle { name } else { className } }
}
