import Graphs
import Testing
@testable import Checkpoints

@Suite struct OptimizerSlotsTests {
    /// Weights `a` (2 × 3) and `b` (3), the first of which loses a slice.
    private let weights = [
        OptimizerSlots.Trained(name: "a/kernel:0", shape: [2, 3], selections: [AxisSelection(axis: 1, kept: [0, 1])]),
        OptimizerSlots.Trained(name: "a/bias:0", shape: [3]),
    ]

    private func owners(
        _ slots: [(String, [Int])], isNamed: Bool = true, mayBeSorted: Bool = false,
        weights: [OptimizerSlots.Trained]? = nil
    ) -> [Int?]? {
        OptimizerSlots(
            weights: weights ?? self.weights, slots: slots.map { OptimizerSlots.Slot(name: $0.0, shape: $0.1) },
            isNamed: isNamed, mayBeSorted: mayBeSorted
        ).entries()?.map(\.weight)
    }

    @Test("Slots are known by name in the styles of Keras 2.4, 2.12 and 3")
    func names() {
        #expect(
            owners([("Adam/iter:0", []), ("Adam/a/bias/m:0", [3]), ("Adam/a/kernel/m:0", [2, 3])]) == [nil, 1, 0])
        #expect(
            owners([("iteration:0", []), ("Adam/m/a/bias:0", [3]), ("Adam/v/a/kernel:0", [2, 3])]) == [nil, 1, 0])
        #expect(owners([("adam/iteration", []), ("adam/a_kernel_velocity", [2, 3])]) == [nil, 0])
    }

    @Test("Of two names that fit, the longer is meant")
    func longest() {
        let weights = [
            OptimizerSlots.Trained(name: "c1/kernel", shape: [2]),
            OptimizerSlots.Trained(name: "enc/c1/kernel", shape: [2]),
        ]
        #expect(
            owners([("adam/enc_c1_kernel_momentum", [2]), ("adam/c1_kernel_momentum", [2])], weights: weights) == [
                1, 0,
            ])
    }

    @Test("Numbered slots follow the weights' order, interleaved or in blocks")
    func orders() {
        #expect(
            owners([("0", []), ("1", []), ("2", [2, 3]), ("3", [2, 3]), ("4", [3]), ("5", [3])], isNamed: false) == [
                nil, nil, 0, 0, 1, 1,
            ])
        #expect(
            owners([("0", []), ("1", [2, 3]), ("2", [3]), ("3", [2, 3]), ("4", [3])], isNamed: false) == [
                nil, 0, 1, 0, 1,
            ])
    }

    @Test("Some arrays come in a pass of their own: AMSGrad's maxima behind Adam's two, moving averages before them")
    func passes() {
        let adam = [("0", [2, 3]), ("1", [2, 3]), ("2", [3]), ("3", [3])], single = [("4", [2, 3]), ("5", [3])]
        #expect(owners(adam + single, isNamed: false) == [0, 0, 1, 1, 0, 1])
        #expect(owners(single + adam, isNamed: false) == [0, 1, 0, 0, 1, 1])
        #expect(
            owners((0..<18).map { ("\($0)", $0 < 9 ? [2, 3] : [3]) }, isNamed: false) == nil, "nine for each weight")
    }

    @Test("Adam's placeholders where AMSGrad is off belong to nobody")
    func placeholders() {
        #expect(owners([("0", [2, 3]), ("1", [3]), ("2", [1]), ("3", [1])], isNamed: false) == [0, 1, nil, nil])
    }

    @Test("Early Keras sorted by name")
    func sorted() {
        let slots = [("Variable_1:0", [3]), ("Variable_2:0", [2, 3])]
        #expect(owners(slots, mayBeSorted: true) == [1, 0])
        #expect(owners(slots) == nil)
    }

    @Test("Where two orders fit and mean different things, nothing is guessed")
    func ambiguous() {
        let cut = [AxisSelection(axis: 0, kept: [1])]
        let weights = [
            OptimizerSlots.Trained(name: "a", shape: [3], selections: cut),
            OptimizerSlots.Trained(name: "b", shape: [3]),
        ]
        let slots = (0..<4).map { ("\($0)", [3]) }
        #expect(owners(slots, isNamed: false, weights: weights) == nil)
        // Where all weights fare alike, the order does not matter.
        let alike = weights.map { OptimizerSlots.Trained(name: $0.name, shape: $0.shape, selections: cut) }
        #expect(owners(slots, isNamed: false, weights: alike) != nil)
    }

    @Test("Shapes that fit nothing are told")
    func unfitting() { #expect(owners([("0", [2, 3]), ("1", [7])], isNamed: false) == nil) }

    // MARK: Optimizers that are known, and new weights

    /// Weights `a` (2 × 3), its new bias (3), `b` (3).
    private var gaining: [OptimizerSlots.Trained] {
        [
            weights[0], OptimizerSlots.Trained(name: "a/bias:0", path: "a/bias", shape: [3], isNew: true),
            OptimizerSlots.Trained(name: "b:0", path: "b", shape: [3]),
        ]
    }

    /// The weight of each array after the cut, and whether the array is new.
    private func entries(_ shapes: [[Int]], of optimizer: JSON, weights: [OptimizerSlots.Trained]) -> [String]? {
        let slots = shapes.enumerated().map { OptimizerSlots.Slot(name: "\($0)", shape: $1) }
        return OptimizerSlots(
            weights: weights, slots: slots, isNamed: false, mayBeSorted: false, known: OptimizerLayout.known(optimizer)
        ).entries()?.map { entry in
            "\(entry.weight.map(String.init) ?? "-")\(entry.slot == nil ? "+" : "")"
        }
    }

    @Test("An optimizer of scalars alone needs no slicing") func scalars() {
        #expect(entries([[], []], of: "sgd", weights: gaining) == ["-", "-"])
        #expect(entries([], of: .null, weights: gaining) == [])
    }

    @Test("A new weight's arrays come where Keras makes them: behind those of the weight before, in every walk")
    func gained() {
        #expect(
            entries([[], [], [2, 3], [2, 3], [3], [3]], of: "adam", weights: gaining) == [
                "-", "-", "0", "0", "1+", "1+", "2", "2",
            ])
        let centered: JSON = ["class_name": "RMSprop", "config": ["centered": true, "momentum": 0]]
        #expect(
            entries([[], [2, 3], [3], [2, 3], [3]], of: centered, weights: gaining) == [
                "-", "0", "1+", "2", "0", "1+", "2",
            ])
        let averaged: JSON = ["class_name": "SGD", "config": ["use_ema": true]]
        #expect(entries([[], [2, 3], [3]], of: averaged, weights: gaining) == ["-", "0", "1+", "2"])
    }

    @Test("Where the order is unknown and matters, nothing is guessed")
    func unknownOrder() {
        let one = Array(gaining.prefix(2))
        #expect(entries([[2, 3], [2, 3]], of: .null, weights: one) == nil)
        #expect(entries([[2, 3], [2, 3]], of: "adam", weights: one) == ["0", "0", "1+", "1+"])
        // A user's class is not Keras's of the same name.
        #expect(
            entries([[2, 3], [2, 3]], of: ["class_name": "Adam", "registered_name": "mine>Adam"], weights: one) == nil)
        #expect(
            entries([[2, 3], [2, 3]], of: ["class_name": "Adam", "module": "keras_extras"], weights: one) == nil)
    }

    @Test("Adafactor's factors are a weight without one of its last two axes")
    func factors() {
        #expect(
            entries([[], [], [2], [3], [2, 3], [], [], [3]], of: "adafactor", weights: gaining) == [
                "-", "-", "0", "0", "0", "1+", "1+", "1+", "2", "2", "2",
            ])
        #expect(
            entries([[], [], [2], [3], [2, 3], [3]], of: "adafactor", weights: gaining) == [
                "-", "-", "0", "0", "0", "1+", "2",
            ])
        let part = OptimizerLayout.Part.columns
        #expect(
            part.shape(of: [3, 3, 8, 5]) == [3, 3, 5] && part.axis(3, rank: 4) == 2 && part.axis(2, rank: 4) == nil
                && part.axis(0, rank: 4) == 0)
        #expect(
            OptimizerLayout.Part.rows.shape(of: [3, 3, 8, 5]) == [3, 3, 8]
                && OptimizerLayout.Part.rows.axis(3, rank: 4) == nil)
    }

    @Test("Muon keeps one array for matrices, two for what it leaves to Adam")
    func muon() {
        #expect(
            entries([[], [], [2, 3], [3], [3]], of: "muon", weights: gaining) == ["-", "-", "0", "1+", "1+", "2", "2"])
        let excluding: JSON = ["class_name": "Muon", "config": ["exclude_layers": ["^a"]]]
        var weights = gaining
        weights[0].path = "a/kernel"
        #expect(
            entries([[], [], [2, 3], [2, 3], [3], [3]], of: excluding, weights: weights) == [
                "-", "-", "0", "0", "1+", "1+", "2", "2",
            ])
    }

    @Test("Adagrad and Ftrl begin with a number, averages with the weight")
    func starts() {
        #expect(OptimizerLayout.known("adagrad").first?.walks.first?.starts == [.number(0.1)])
        #expect(
            OptimizerLayout.known(["class_name": "Ftrl", "config": ["initial_accumulator_value": JSON.number("0.5")]])
                .first?.walks.first?.starts == [.number(0.5)])
        let averaged: JSON = [
            "class_name": "LossScaleOptimizer",
            "config": ["inner_optimizer": ["class_name": "Adam", "config": ["use_ema": true]]],
        ]
        #expect(OptimizerLayout.known(averaged).first?.walks.map(\.starts) == [[.weight], []])
    }
}
