import Graphs
import Surgery
import TestSupport
import Testing

@Suite("Surgery on chains") struct ChainSurgeryTests {
    @Test("A dead channel of value 0 goes, whatever the padding", arguments: [DataFormat.channelsLast, .channelsFirst])
    func zeroConstant(format: DataFormat) throws {
        let make = GraphMaker(format: format)
        let x = try make.block(make.input(7, 5, 3), 6, dead: [1: -0.5, 4: 0])
        try expectCut(make.finished(make.globalPool(make.conv(x, 4, bias: true))), removes: [[1, 4], []])
    }

    @Test(
        "A nonzero constant is folded into the bias where no padding is read",
        arguments: [DataFormat.channelsLast, .channelsFirst])
    func foldedIntoBias(format: DataFormat) throws {
        let make = GraphMaker(format: format)
        let x = try make.block(make.input(7, 5, 3), 6, dead: [1: 0.5, 4: 2])
        try expectCut(make.finished(make.conv(x, 4, padding: .valid, bias: true)), removes: [[1, 4], []])
    }

    @Test("Without a bias, the next normalization's mean takes the constant")
    func foldedIntoMean() throws {
        let make = GraphMaker()
        let x = try make.block(make.input(7, 5, 3), 6, dead: [0: 0.5])
        let graph = try make.finished(make.relu(make.norm(make.conv(x, 4, 1))))
        try expectCut(graph, removes: [[0], []])
        let compact = try SurgeryPlan(graph).rewrite().graph
        #expect(compact.layers[4][.bias] == nil)
    }

    @Test("Without bias and normalization, the layer gains a bias")
    func createdBias() throws {
        let make = GraphMaker()
        let x = try make.block(make.input(7, 5, 3), 6, dead: [0: 0.5])
        let graph = try make.finished(make.conv(x, 4, 1))
        try expectCut(graph, removes: [[0], []])
        #expect(try SurgeryPlan(graph).rewrite().graph.layers[4][.bias]?.shape == [4])
    }

    @Test("Under zero padding the largest of several nonzero constants stays and carries the others")
    func carrier() throws {
        let make = GraphMaker()
        let x = try make.block(make.input(7, 5, 3), 6, dead: [1: 0.5, 3: 2, 5: -1])
        try expectCut(make.finished(make.conv(x, 4)), removes: [[1, 5], []])
    }

    @Test("A single nonzero constant under zero padding stays, and says why")
    func padded() throws {
        let make = GraphMaker()
        let x = try make.block(make.input(7, 5, 3), 6, dead: [1: 0.5])
        let graph = try make.finished(make.conv(x, 4))
        try expectCut(graph, removes: [[], []])
        #expect(SurgeryPlan(graph).reason(for: ChannelID(x, 1)) == .padded("conv2d_4"))
    }

    @Test(
        "Constants pass pooling and flattening into a dense layer, maps smaller than the kernel",
        arguments: [DataFormat.channelsLast, .channelsFirst])
    func flattened(format: DataFormat) throws {
        let make = GraphMaker(format: format)
        var x = try make.block(make.input(4, 3, 3), 5, 5, dead: [0: 1, 2: -1])
        x = try make.pool(.average, x, padding: .same)
        x = try make.pool(.max, x, padding: .same)
        try expectCut(make.finished(make.dense(make.flatten(x), 3)), removes: [[0, 2], []])
    }

    @Test("Filters with weights of 0 are their bias; channels read with weights of 0 go with what feeds them alone")
    func weightAndUnread() throws {
        let make = GraphMaker()
        var x = try make.conv(make.input(6, 6, 2), 4, bias: true, activation: .rectifier, unread: [])
        x = try make.conv(x, 5, 1, bias: true, activation: .tanh, silent: [2], unread: [3])
        x = try make.conv(x, 3, 1, bias: true, unread: [0])
        try expectCut(make.finished(x), removes: [[3], [0, 2], []])
    }

    @Test("Weights that sum to 0 are alive")
    func zeroSum() throws {
        let make = GraphMaker()
        let x = try make.conv(make.input(6, 6, 1), 2, bias: true, activation: .rectifier)
        var graph = try make.finished(make.conv(x, 2))
        for tap in 0..<9 { graph.layers[1][.kernel]?[tap * 2] = tap == 4 ? 8 : -1 }
        try expectCut(graph, removes: [[], []])
    }

    @Test("Depthwise channels go with the pointwise filters that feed them")
    func depthwise() throws {
        let make = GraphMaker()
        var x = try make.block(make.input(6, 6, 3), 6, 1, dead: [0: -1, 3: 0.5])
        x = try make.relu(make.norm(make.depthwise(x), dead: [2: -0.5]))
        try expectCut(make.finished(make.conv(x, 3, 1, bias: true)), removes: [[0, 2], [0, 2], []])
    }

    @Test(
        "Constants behind a padded depthwise layer are fixed maps: a small basis of them carries the rest",
        arguments: [DataFormat.channelsLast, .channelsFirst])
    func basis(format: DataFormat) throws {
        let make = GraphMaker(format: format)
        let dead = Dictionary(uniqueKeysWithValues: (2..<30).map { ($0, Float($0) / 20) })
        var x = try make.block(make.input(9, 8, 3), 30, 1, dead: dead)
        x = try make.relu(make.norm(make.depthwise(x)))
        let graph = try make.finished(make.globalPool(make.conv(x, 4, 1)))
        let plan = SurgeryPlan(graph)
        // Nine border classes; the bias provides the constant 1.
        #expect((20...22).contains(plan.removed(from: x).count))
        let removed = plan.removed(from: x)
        try expectCut(graph, removes: [removed, removed, []])
    }

    @Test("A fixed map that is flattened is a constant for every position")
    func flattenedMap() throws {
        let make = GraphMaker()
        let x = try make.relu(make.depthwise(make.block(make.input(5, 5, 3), 4, 1, dead: [0: 1, 3: 0.25])))
        try expectCut(make.finished(make.dense(make.flatten(x), 3)), removes: [[0, 3], [0, 3], []])
    }

    @Test("A separable convolution folds without padding and pins what it reads through padding")
    func separable() throws {
        for (padding, removed) in [(Padding.valid, [1, 4]), (.same, [1])] {
            let make = GraphMaker()
            let x = try make.block(make.input(6, 6, 3), 6, 1, dead: [1: -1, 4: 0.5])
            try expectCut(make.finished(make.separable(x, 3, padding: padding)), removes: [removed, []])
        }
    }

    @Test("A layer keeps at least one filter")
    func neverEmpty() throws {
        let make = GraphMaker()
        let x = try make.block(make.input(6, 6, 3), 3, dead: [0: -1, 1: -1, 2: -1])
        try expectCut(make.finished(make.conv(x, 2, bias: true)), removes: [[1, 2], []])
    }

    @Test("Zero padding makes a nonzero constant depend on the position; cropping it off again does not help")
    func explicitPadding() throws {
        let make = GraphMaker()
        var x = try make.block(make.input(6, 6, 3), 4, dead: [0: 1, 1: -1])
        x = try make.add(.padding(ZeroPadding(amounts: [Amounts(1, 0), Amounts(0, 2)])), [x])
        try expectCut(make.finished(make.conv(x, 2, padding: .valid, bias: true)), removes: [[1], []])
    }

    @Test("Constants under explicit zero padding share one map, which one of them carries")
    func explicitPaddingCarrier() throws {
        let make = GraphMaker()
        var x = try make.block(make.input(6, 6, 3), 5, dead: [0: 1, 1: -1, 2: 0.5, 4: 3])
        x = try make.add(.padding(ZeroPadding(amounts: [Amounts(1, 0), Amounts(0, 2)])), [x])
        try expectCut(make.finished(make.conv(x, 2, padding: .valid, bias: true)), removes: [[0, 1, 2], []])
    }

    @Test("Small scales are approximate, and cut only where the whole set goes")
    func approximate() throws {
        let make = GraphMaker()
        let x = try make.relu(make.norm(make.conv(make.input(6, 6, 3), 5), dead: [1: 0.5, 2: -0.5], gamma: 1e-7))
        let graph = try make.finished(make.conv(x, 2, 1, bias: true))
        let plan = SurgeryPlan(graph)
        #expect(plan.weakestProof == .approximate && !plan.isExact)
        try expectCut(graph, removes: [[1, 2], []])
        #expect(SurgeryPlan(graph, plan.criteria.provenOnly).removed(from: x).isEmpty)
    }

    @Test("Among small scales under zero padding one is set to 0 to carry the others")
    func frozenCarrier() throws {
        let make = GraphMaker()
        let x = try make.relu(make.norm(make.conv(make.input(6, 6, 3), 5), dead: [1: 0.5, 2: 0.25, 4: 1], gamma: 1e-7))
        let graph = try make.finished(make.conv(make.pool(.max, x), 2, bias: true))
        try expectCut(graph, removes: [[1, 2], []])
        let compact = try SurgeryPlan(graph).rewrite().graph
        #expect(compact.layers[2][.gamma]?.elements.filter { $0 == 0 }.count == 1)
        #expect(SurgeryPlan(graph).reason(for: ChannelID(x, 4)) == .carrier("conv2d_5"))
    }

    @Test("A small scale is left as it is where all that it could carry stays for other reasons")
    func needlessFreeze() throws {
        let make = GraphMaker()
        let image = try make.input(6, 6, 3)
        let a = try make.norm(make.conv(image, 3), dead: [0: 0.5, 1: 1], gamma: 1e-7),
            b = try make.norm(make.conv(image, 3), dead: [0: 2, 1: 1], gamma: 1e-7)
        // The sum ties the channels: the strongest before the last layer stays, and the strongest before the other, so
        // that there is nothing left to carry.
        let graph = try make.finished(
            make.conv(a, 2), make.globalPool(make.conv(make.merge(.add, [a, b]), 2, 1)), make.conv(b, 2))
        try expectCut(graph, removes: [[], [], [], [], []])
        let plan = SurgeryPlan(graph)
        #expect(plan.weakestProof == nil)
        #expect(try plan.rewrite().graph.layers[2][.gamma] == graph.layers[2][.gamma])
    }

    @Test("What the model returns stays, dead or not")
    func modelOutput() throws {
        let make = GraphMaker()
        let x = try make.block(make.input(6, 6, 3), 4, dead: [0: 1])
        let graph = make.finished(x)
        try expectCut(graph, removes: [[]])
        #expect(SurgeryPlan(graph).reason(for: ChannelID(x, 0)) == .modelOutput)
    }

    @Test(
        "Behind an opaque layer what is dead goes, whether its shape is known or not",
        arguments: [TensorShape?.none, [6, 6, 3], [nil, nil, 3]])
    func behindOpaque(shape: TensorShape?) throws {
        let make = GraphMaker()
        let opaque = try make.add(.opaque(Opaque(className: "Lambda", shape: shape)), [make.input(6, 6, 3)])
        let x = try make.block(opaque, 4, dead: [0: -1, 2: -1])
        let graph = make.finished(try make.block(x, 3))
        let plan = SurgeryPlan(graph)
        #expect(plan.removed(from: x) == [0, 2])
        let compact = try plan.rewrite().graph
        #expect(compact.shapes[x]?.last == 2 && compact.shapes[opaque] == shape)
    }

    @Test("A sum with what an opaque layer makes stays as it is")
    func sumWithOpaque() throws {
        let make = GraphMaker()
        let opaque = try make.add(.opaque(Opaque(className: "Lambda", shape: [6, 6, 4])), [make.input(6, 6, 3)])
        let x = try make.block(make.input(6, 6, 3), 4, dead: [0: -1])
        let plan = try SurgeryPlan(make.finished(make.block(make.add(.merge(Merge(.add)), [x, opaque]), 3)))
        #expect(plan.removed(from: x).isEmpty)
    }

    @Test("What flows through an opaque layer stays")
    func opaque() throws {
        let make = GraphMaker()
        let x = try make.block(make.input(6, 6, 3), 4, dead: [0: -1])
        let y = try make.add(.opaque(Opaque(className: "Lambda")), [x])
        let plan = SurgeryPlan(make.finished(y))
        #expect(plan.removed(from: x).isEmpty)
        #expect(plan.reason(for: ChannelID(x, 0)) == .opaque("lambda_4"))
    }
}
