import Graphs

/// The state an optimizer keeps beside the weights: arrays that belong to the weights ("slots") and scalars.
///
/// A file names or numbers slots, but does not say whose they are. This finds out: by names where they contain the
/// weights' names, else by the order in which Keras makes them, accepted only where every shape fits and no other
/// order would mean something else.
struct OptimizerSlots {
    /// What training changes, in the model's order: the name in the file, the shape in the file, what becomes of it.
    struct Trained {
        var name: String
        /// Its layer's names and its own between slashes.
        var path = ""
        var shape: [Int]
        var selections: [AxisSelection] = []
        var isRemoved = false
        /// A bias that the file does not have yet; `shape` is what it will have.
        var isNew = false
    }

    /// One array of the optimizer's state.
    struct Slot {
        var name: String
        var shape: [Int]
    }

    /// One array of the state after the cut.
    struct Entry: Equatable {
        /// The slot in the file; nil for one that a new weight needs.
        var slot: Int?
        /// The weight it belongs to; nil for scalars and placeholders.
        var weight: Int?
        var part = OptimizerLayout.Part.whole
        var start: OptimizerLayout.Start?
        /// Adam's array of one number where AMSGrad is off.
        var isPlaceholder = false
    }

    let weights: [Trained]
    let slots: [Slot]
    /// Whether names say anything; Keras 3's own format numbers the slots.
    let isNamed: Bool
    /// Whether the model's weights may have been sorted by name, as Keras before 2.1 did.
    let mayBeSorted: Bool
    /// How this optimizer makes its arrays, where its config tells.
    var known: [OptimizerLayout] = []

    /// The state after the cut, in the file's order, new arrays among it; nil where it cannot be told what belongs to
    /// what.
    func entries() -> [Entry]? {
        // A rate and a count of steps, as an optimizer without momentum has them, belong to no weight.
        if slots.allSatisfy(\.shape.isEmpty), !weights.contains(where: \.shape.isEmpty) {
            return slots.indices.map { Entry(slot: $0) }
        }
        let fitting = readings()
        if isNamed, let owners = ownersByName() {
            let named = fitting.filter { reading in reading.filter { $0.slot != nil }.map(\.weight) == owners }
            if let entries = consistent(named) { return entries }
            return weights.contains(where: \.isNew) ? nil : owners.enumerated().map { Entry(slot: $0, weight: $1) }
        }
        return consistent(fitting)
    }

    /// What every reading agrees on; nil where they do not, or there is none.
    private func consistent(_ readings: [[Entry]]) -> [Entry]? {
        guard let first = readings.first, readings.allSatisfy({ hasSameEffect($0, first) }) else { return nil }
        return first
    }

    /// Every way to understand the slots in which all shapes fit: that of the optimizer itself where it is known, else
    /// any plausible one.
    private func readings() -> [[Entry]] {
        let existing = weights.count { !$0.isNew }
        let orders =
            [Array(weights.indices)]
            + (mayBeSorted ? [weights.indices.sorted { weights[$0].name < weights[$1].name }] : [])
        func fitting(_ layouts: [OptimizerLayout]) -> [[Entry]] {
            orders.flatMap { order in layouts.compactMap { read(order, $0) } }
        }
        let own = fitting(known)
        if !own.isEmpty { return own }
        let arrays = slots.count { !$0.shape.isEmpty }
        return fitting(OptimizerLayout.plausible(arrays: arrays, weights: existing) + OptimizerLayout.uneven)
    }

    /// The slots as an optimizer of this layout makes them for weights in this order; nil where a shape does not fit.
    private func read(_ order: [Int], _ layout: OptimizerLayout) -> [Entry]? {
        var made: [Entry] = []
        for walk in layout.walks {
            for index in order {
                for (number, part) in walk.parts(shape: weights[index].shape, path: weights[index].path).enumerated() {
                    made.append(Entry(weight: index, part: part, start: walk.starts.dropFirst(number).first))
                }
            }
        }
        let isEven = layout.walks.allSatisfy { if case .whole = $0.arrays { true } else { false } }
        guard let positions = arrays(made.count { !isNew($0) }, amongScalars: isEven) else { return nil }
        var result: [Entry] = [], next = 0, wasPlaceholder = false
        func addScalars(before end: Int) {
            for slot in next..<end { result.append(Entry(slot: slot)) }
            next = end
        }
        var position = positions.makeIterator()
        for var entry in made {
            guard let weight = entry.weight else { continue }
            if weights[weight].isNew {
                entry.isPlaceholder = wasPlaceholder
                result.append(entry)
                continue
            }
            guard let slot = position.next() else { return nil }
            addScalars(before: slot)
            next = slot + 1
            entry.slot = slot
            wasPlaceholder = slots[slot].shape == [1] && entry.part == .whole && weights[weight].shape != [1]
            guard wasPlaceholder || slots[slot].shape == entry.part.shape(of: weights[weight].shape) else { return nil }
            if wasPlaceholder { entry = Entry(slot: slot) }
            result.append(entry)
        }
        addScalars(before: slots.count)
        return result
    }

    private func isNew(_ entry: Entry) -> Bool { entry.weight.map { weights[$0].isNew } ?? false }

    /// Where the `count` arrays of the weights are among the slots: behind the scalars, or wherever none is a scalar,
    /// if they may be `amongScalars`.
    private func arrays(_ count: Int, amongScalars: Bool) -> [Int]? {
        guard count > 0, count <= slots.count else { return nil }
        let head = slots.count - count
        if slots[..<head].allSatisfy(\.shape.isEmpty) { return Array(head..<slots.count) }
        let positions = slots.indices.filter { !slots[$0].shape.isEmpty }
        return amongScalars && positions.count == count ? positions : nil
    }

    private func ownersByName() -> [Int?]? {
        let keys = weights.map { Self.key($0.name) }
        guard Set(keys).count == keys.count else { return nil }
        var owners: [Int?] = []
        for slot in slots {
            let text = "_\(Self.key(slot.name))_"
            let owner = keys.indices.filter { !weights[$0].isNew && text.contains("_\(keys[$0])_") }.max {
                keys[$0].count < keys[$1].count
            }
            let isOwned = owner.map { slot.shape == weights[$0].shape } ?? false
            guard isOwned || slot.shape.reduce(1, *) <= 1 else { return nil }
            owners.append(isOwned ? owner : nil)
        }
        return owners
    }

    static func key(_ name: String) -> String {
        String(name.prefix { $0 != ":" }).replacing("/", with: "_")
    }

    /// Whether two readings make the same arrays out of the same slots.
    private func hasSameEffect(_ a: [Entry], _ b: [Entry]) -> Bool {
        a.count == b.count
            && zip(a, b).allSatisfy { x, y in
                if x == y { return true }
                guard x.slot == y.slot, x.part == y.part, x.start == y.start, x.isPlaceholder == y.isPlaceholder,
                    let p = x.weight, let q = y.weight
                else { return false }
                return weights[p].selections == weights[q].selections && weights[p].isRemoved == weights[q].isRemoved
                    && weights[p].isNew == weights[q].isNew && weights[p].shape == weights[q].shape
            }
    }
}
