import Graphs
import HDF5

/// The state an optimizer keeps beside the weights: arrays as large as the weights they belong to ("slots") and scalars.
///
/// A file names or numbers slots, but does not say whose they are. This finds out: by names where they contain the
/// weights' names, else by the order in which Keras makes them, accepted only where every shape fits and no other
/// order would mean something else.
struct OptimizerSlots {
    /// What training changes, in the model's order: the name in the file, the shape in the file, what becomes of it.
    struct Trained {
        var name: String
        var shape: [Int]
        var selections: [AxisSelection] = []
        var isRemoved = false
    }

    /// One array of the optimizer's state.
    struct Slot {
        var name: String
        var shape: [Int]
    }

    let weights: [Trained]
    let slots: [Slot]
    /// Whether names say anything; Keras 3's own format numbers the slots.
    let isNamed: Bool
    /// Whether the model's weights may have been sorted by name, as Keras before 2.1 did.
    let mayBeSorted: Bool

    /// For each slot the index of its weight, nil for scalars and placeholders; nil where it cannot be told.
    func owners() -> [Int?]? {
        if isNamed, let owners = byName() { return owners }
        let orders = [Array(weights.indices)] + (mayBeSorted ? [weights.indices.sorted { weights[$0].name < weights[$1].name }] : [])
        let arrays = slots.count { !$0.shape.isEmpty }
        guard !weights.isEmpty, arrays > 0, arrays.isMultiple(of: weights.count), arrays / weights.count <= Self.mostPerWeight else { return nil }
        let passes = Self.compositions(of: arrays / weights.count)
        let fitting = orders.flatMap { order in passes.compactMap { byOrder(order, $0) } }
        guard let first = fitting.first, fitting.allSatisfy({ hasSameEffect($0, first) }) else { return nil }
        return first
    }

    private func byName() -> [Int?]? {
        let keys = weights.map { Self.key($0.name) }
        guard Set(keys).count == keys.count else { return nil }
        var owners: [Int?] = []
        for slot in slots {
            let text = "_\(Self.key(slot.name))_"
            let owner = keys.indices.filter { text.contains("_\(keys[$0])_") }.max { keys[$0].count < keys[$1].count }
            if let owner, slot.shape == weights[owner].shape {
                owners.append(owner)
            } else if slot.shape.reduce(1, *) <= 1 {
                owners.append(nil)
            } else {
                return nil
            }
        }
        return owners
    }

    private static func key(_ name: String) -> String {
        String(name.prefix { $0 != ":" }).replacing("/", with: "_")
    }

    /// More than any optimizer has.
    private static let mostPerWeight = 8

    /// The ways to write a number as a sum, in order: of 3 these are 1 + 1 + 1, 1 + 2, 2 + 1 and 3.
    private static func compositions(of number: Int) -> [[Int]] {
        if number == 0 { return [[]] }
        return (1...number).flatMap { first in compositions(of: number - first).map { [first] + $0 } }
    }

    /// Keras goes over the weights several times, and makes some arrays for each: two of Adam's, then one of AMSGrad's.
    private func byOrder(_ order: [Int], _ passes: [Int]) -> [Int?]? {
        let positions = slots.indices.filter { !slots[$0].shape.isEmpty }
        let made = passes.flatMap { count in order.flatMap { Array(repeating: $0, count: count) } }
        var owners = [Int?](repeating: nil, count: slots.count)
        for (position, owner) in zip(positions, made) {
            if slots[position].shape == weights[owner].shape {
                owners[position] = owner
            } else if slots[position].shape != [1] { // Adam's placeholder where AMSGrad is off.
                return nil
            }
        }
        return owners
    }

    private func hasSameEffect(_ a: [Int?], _ b: [Int?]) -> Bool {
        zip(a, b).allSatisfy { x, y in
            if x == y { return true }
            guard let x, let y else { return false }
            return weights[x].selections == weights[y].selections && weights[x].isRemoved == weights[y].isRemoved
        }
    }
}
