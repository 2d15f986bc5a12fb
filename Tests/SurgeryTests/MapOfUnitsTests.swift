import Graphs
import Sparsity
import Surgery
import Tensors
import TestSupport
import Testing

/// Generators and decoders: the units of a dense layer become the channels of a map.
@Suite("Surgery where units become a map") struct MapOfUnitsTests {
    /// A dense layer with some units of weights 0, and a bias.
    private func units(_ make: GraphMaker, _ count: Int, silent: [Int: Float], activation: Activation = .rectifier)
        throws -> TensorID
    {
        let x = try make.vector(5)
        var kernel = make.weights([5, count]), bias = make.weights([count])
        for (unit, held) in silent {
            for position in stride(from: unit, to: kernel.count, by: count) { kernel[position] = 0 }
            bias[unit] = held
        }
        return try make.add(
            .dense(Dense(units: count, activation: activation)), [x], [Weight(.kernel, kernel), Weight(.bias, bias)])
    }

    /// The units of some of `channels` channels, which lie last, or first.
    private func all(_ wanted: [Int: Float], of channels: Int, _ count: Int, isFirst: Bool = false) -> [Int: Float] {
        Dictionary(
            uniqueKeysWithValues: (0..<count).compactMap { unit in
                wanted[isFirst ? unit * channels / count : unit % channels].map { (unit, $0) }
            })
    }

    /// `unread`: input channels whose weights are all 0.
    private func transposed(_ make: GraphMaker, _ x: TensorID, _ filters: Int, unread: [Int] = []) throws -> TensorID {
        let inputs = make.channels(x)
        var kernel = make.weights([3, 3, filters, inputs])
        for position in 0..<kernel.count where unread.contains(position % inputs) { kernel[position] = 0 }
        let window = Window(size: [3, 3], strides: [2, 2], padding: .same, dataFormat: make.format)
        return try make.add(
            .transposed(TransposedConvolution(filters: filters, window: window)), [x], [Weight(.kernel, kernel)])
    }

    private func targets(_ graph: Graph) throws -> [[Int]] {
        try SurgeryPlan(graph).rewrite().graph.layers.compactMap {
            if case let .reshape(r) = $0.operation { r.target } else { nil }
        }
    }

    @Test(
        "The units of a channel go together: dead ones, and those that the convolution behind does not read",
        arguments: [[2, 3, 4], [2, 3, -1], [-1, 3, 4]])
    func whole(target: [Int]) throws {
        let make = GraphMaker()
        let x = try make.add(.reshape(Reshape(target: target)), [units(make, 24, silent: all([1: 0], of: 4, 24))])
        let graph = try make.finished(transposed(make, x, 2, unread: [3]))
        try expectCut(graph, removes: [(0..<24).filter { $0 % 4 == 1 || $0 % 4 == 3 }, []])
        #expect(try targets(graph) == [target.map { $0 == 4 ? 2 : $0 }])
    }

    @Test("A channel of which one unit is alive stays, and says which layer ties it")
    func partly() throws {
        let make = GraphMaker()
        let y = try units(make, 24, silent: all([1: 0], of: 4, 24).filter { $0.key != 5 })
        let x = try make.add(.reshape(Reshape(target: [2, 3, 4])), [y])
        let graph = try make.finished(transposed(make, x, 2))
        try expectCut(graph, removes: [[], []])
        #expect(SurgeryPlan(graph).reason(for: ChannelID(y, 1)) == .tied("reshape_2"))
    }

    @Test(
        "Channels first, with a format that says so or a permutation behind",
        arguments: [DataFormat.channelsFirst, .channelsLast])
    func channelsFirst(format: DataFormat) throws {
        let make = GraphMaker(format: format)
        var x = try make.add(
            .reshape(Reshape(target: [4, 2, 3])), [units(make, 24, silent: all([1: 0], of: 4, 24, isFirst: true))])
        if format == .channelsLast { x = try make.add(.permute(Permute(order: [1, 2, 0])), [make.relu(x)]) }
        let graph = try make.finished(make.conv(x, 2, unread: [3]))
        try expectCut(graph, removes: [[6, 7, 8, 9, 10, 11, 18, 19, 20, 21, 22, 23], []])
        #expect(try targets(graph) == [[2, 2, 3]])
    }

    @Test("Two reshapes, each normalized, and upsampling")
    func twoReshapes() throws {
        let make = GraphMaker()
        let y = try make.norm(units(make, 24, silent: [:], activation: .linear), dead: all([0: 0, 2: -1], of: 4, 24))
        var x = try make.norm(make.add(.reshape(Reshape(target: [6, 4])), [make.relu(y)]), dead: [3: -1])
        x = try make.relu(make.add(.reshape(Reshape(target: [2, 3, 4])), [make.add(.dropout(rate: 0.5), [x])]))
        x = try make.add(.upsampling(UpSampling(factors: [2, 2])), [x])
        let graph = try make.finished(make.conv(make.norm(x, dead: [2: 0]), 2, padding: .valid))
        try expectCut(graph, removes: [(0..<24).filter { $0 % 4 != 1 }, []])
        #expect(try targets(graph) == [[6, 1], [2, 3, 1]])
    }

    @Test("Units that hold different constants make a map, which another carries and a dense layer folds")
    func differentConstants() throws {
        func graph(_ behind: (GraphMaker, TensorID) throws -> TensorID) throws -> Graph {
            let make = GraphMaker()
            let held = Dictionary(
                uniqueKeysWithValues: (0..<24).filter { $0 % 4 != 3 }.map {
                    ($0, Float($0 / 4 + 1) * [1, 0.5, 0.25][$0 % 4])
                })
            return try make.finished(
                behind(make, make.add(.reshape(Reshape(target: [2, 3, 4])), [units(make, 24, silent: held)])))
        }
        try expectCut(graph { try $0.conv($1, 2) }, removes: [(0..<24).filter { $0 % 4 == 1 || $0 % 4 == 2 }, []])
        try expectCut(graph { try $0.dense($0.flatten($1), 2) }, removes: [(0..<24).filter { $0 % 4 != 3 }, []])
        try expectCut(
            graph { try $0.dense($0.add(.flatten(.channelsFirst), [$1]), 2) },
            removes: [(0..<24).filter { $0 % 4 != 3 }, []])
        try expectCut(graph { try $0.dense($0.globalPool($1), 2) }, removes: [(0..<24).filter { $0 % 4 != 3 }, []])
    }

    @Test("The units of the last channel of a map go one by one where the map becomes a vector again")
    func lastChannel() throws {
        func graph(_ held: Float, _ behind: (GraphMaker, TensorID) throws -> TensorID) throws -> Graph {
            let make = GraphMaker(), silent = Dictionary(uniqueKeysWithValues: [1, 2, 3, 5, 7].map { ($0, held) })
            return try make.finished(
                behind(make, make.add(.reshape(Reshape(target: [4, 2])), [units(make, 8, silent: silent)])))
        }
        for held: Float in [0, 0.5] {
            let flat = try graph(held) { try $0.dense($0.flatten($0.relu($1)), 2) }
            try expectCut(flat, removes: [[1, 2, 3, 5, 7], []])
            #expect(try targets(flat) == [[3, 1]])
            // Whoever reads a map wants all of its positions.
            try expectCut(graph(held) { try $0.dense($1, 2, bias: true) }, removes: [[1, 3, 5, 7], []])
        }
        let plan = try SurgeryPlan(graph(0) { try $0.dense($0.flatten($1), 2) }), rewrite = try plan.rewrite(),
            layers = rewrite.graph.layers
        for layer in layers {
            for weight in layer.weights {
                let before = try #require(plan.dense.layers.first { $0.name == layer.name }?[weight.role])
                let selections = rewrite.selections[WeightKey(LayerKey(layer), weight.role)] ?? []
                #expect(selections.reduce(before) { $0.gathered(axis: $1.axis, $1.kept) }.shape == weight.tensor.shape)
            }
        }
        #expect(rewrite.selections[WeightKey(LayerKey(layers[1]), .bias)]?.map(\.kept) == [[0, 4, 6]])
    }

    @Test("A plane of units beside an image goes as a whole where nobody reads it")
    func plane() throws {
        let make = GraphMaker()
        let image = try make.block(make.input(4, 6, 3), 2),
            plane = try make.add(.reshape(Reshape(target: [4, 6, 1])), [units(make, 24, silent: [:])])
        let graph = try make.finished(make.conv(make.concatenate([image, plane]), 2, unread: [2]))
        try expectCut(graph, removes: [[], Array(0..<24), []])
    }

    @Test("Pixels shuffled out of channels: four filters make one channel")
    func pixels() throws {
        let make = GraphMaker()
        let y = try make.conv(make.input(3, 4, 2), 12, silent: [1, 4, 7, 10, 6])
        let turned = try make.add(
            .permute(Permute(order: [0, 2, 1, 3, 4])), [make.add(.reshape(Reshape(target: [3, 4, 2, 2, 3])), [y])])
        let graph = try make.finished(make.conv(make.add(.reshape(Reshape(target: [6, 8, 3])), [turned]), 2))
        try expectCut(graph, removes: [[1, 4, 7, 10], []])
        #expect(try targets(graph) == [[3, 4, 2, 2, 2], [6, 8, 2]])
    }

    @Test("Widths are aligned by whole channels")
    func aligned() throws {
        func removed(_ multiple: Int) throws -> Int {
            let make = GraphMaker()
            let x = try make.add(
                .reshape(Reshape(target: [2, 3, 4])), [units(make, 24, silent: all([0: 0, 1: 0, 3: 0], of: 4, 24))])
            return try Audit(
                CutPlan(make.finished(transposed(make, x, 2)), CutRequest(multiple: multiple))
            ).layers[0].removable.count
        }
        #expect(try [1, 3, 4, 8, 9, 16].map(removed) == [18, 18, 12, 0, 6, 18])
    }

    @Test("Of chosen units only whole channels go")
    func chosen() throws {
        let make = GraphMaker()
        let y = try units(make, 24, silent: [:], activation: .linear),
            x = try make.add(.reshape(Reshape(target: [2, 3, 4])), [y])
        var criteria = Criteria()
        for unit in (0..<24) where unit % 4 == 2 || unit == 1 { criteria.chosen[ChannelID(y, unit)] = 0 }
        let plan = try SurgeryPlan(make.finished(transposed(make, x, 2)), criteria)
        #expect(plan.removed(from: y) == (0..<24).filter { $0 % 4 == 2 })
    }
}
