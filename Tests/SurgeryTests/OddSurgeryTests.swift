import Graphs
import Surgery
import Tensors
import TestSupport
import Testing

/// Each of these was found on a random graph, or by looking for its like.
@Suite("Surgery where layers are shared, formats mixed, activations vectorial") struct OddSurgeryTests {
    @Test(
        "A layer whose own activation is a softmax over its channels keeps them all",
        arguments: [Activation.softmax(), .logSoftmax, .sparsemax])
    func fusedSoftmax(activation: Activation) throws {
        let make = GraphMaker()
        let x = try make.block(make.input(6, 6, 3), 4, dead: [0: -1])
        let y = try make.conv(x, 5, 1, activation: activation)
        let graph = try make.finished(make.conv(y, 2, 1, bias: true, unread: [1, 3]))
        try expectCut(graph, removes: [[0], [], []])
        #expect(SurgeryPlan(graph).reason(for: ChannelID(y, 1)) == .alongChannels("conv2d_4"))
    }

    @Test("A softmax along another axis than the channels' keeps nothing")
    func softmaxOverWidth() throws {
        let make = GraphMaker(format: .channelsFirst)
        let x = try make.block(make.input(6, 6, 3), 4, dead: [0: -1])
        let y = try make.conv(x, 5, 1, activation: .softmax())
        try expectCut(make.finished(make.conv(y, 2, 1, bias: true, unread: [1, 3])), removes: [[0], [1, 3], []])
    }

    @Test("A bias that a layer gains is as wide as the layer becomes")
    func createdBiasIsCut() throws {
        let make = GraphMaker()
        let x = try make.block(make.input(7, 5, 3), 6, dead: [0: 0.5])
        let y = try make.conv(x, 4, 1)
        let graph = try make.finished(make.conv(y, 2, 1, bias: true, unread: [2]))
        try expectCut(graph, removes: [[0], [2], []])
        let layers = try SurgeryPlan(graph).rewrite().graph.layers
        #expect(layers[4][.bias]?.shape == [3])
    }

    @Test("A normalization along another axis takes no constant, and is no filter's normalization")
    func normalizationOfRows() throws {
        let make = GraphMaker()
        let x = try make.block(make.input(7, 5, 3), 6, dead: [0: 0.5])
        let y = try make.conv(x, 4, 1)
        let ones = Tensor(shape: [7], repeating: 1)
        let rows = [WeightRole.gamma, .beta, .movingMean, .movingVariance].map { Weight($0, ones) }
        let graph = try make.finished(make.add(.batchNormalization(BatchNormalization(axis: 0)), [y], rows))
        try expectCut(graph, removes: [[0], []])
        #expect(Audit(CutPlan(graph)).layers[1].dead[.scale] == nil)
    }

    @Test("What is next to nothing carries nothing: kernels know it too inexactly")
    func weakCarrier() throws {
        let make = GraphMaker()
        let x = try make.add(.activation(.gelu()), [make.norm(make.conv(make.input(7, 5, 3), 5), dead: [0: -5, 2: 1])])
        try expectCut(make.finished(make.conv(x, 4)), removes: [[0], []])
    }

    @Test("A carrier that stays for another reader is no reason for many to stay where it is weak")
    func weakKeptCarrier() throws {
        func graph(_ other: Float) throws -> Graph {
            let make = GraphMaker()
            let x = try make.norm(make.conv(make.input(7, 5, 3), 5), dead: [0: 0.25, 1: 2, 2: 0.5, 3: other])
            let first = try make.conv(
                make.add(.activation(.gelu()), [make.norm(x, dead: [0: 0.5, 1: -5, 2: 0.5, 3: 1])]), 2)
            return try make.finished(first, make.conv(x, 2))
        }
        // The second reader comes last and keeps channel 1, next to nothing before the first, which keeps one of its
        // own.
        try expectCut(graph(0.1), removes: [[0, 2], [], []])
        // Where that one, channel 3, is strong enough for the second reader as well, channel 1 is not needed any more.
        try expectCut(graph(1), removes: [[0, 1, 2], [], []])
    }

    @Test("A depthwise convolution of another data format keeps its kernel")
    func depthwiseAcross() throws {
        let make = GraphMaker()
        let x = try make.block(make.input(6, 6, 3), 4, dead: [0: -1])
        let across = DepthwiseConvolution(window: Window(size: [3, 3], padding: .same, dataFormat: .channelsFirst))
        try expectCut(
            make.finished(make.add(.depthwise(across), [x], [Weight(.depthwiseKernel, make.weights([3, 3, 6, 1]))])),
            removes: [[], []])
    }

    @Test("Tensors whose channels lie along different axes stay whole when combined")
    func mergeAcross() throws {
        let make = GraphMaker()
        let x = try make.block(make.input(6, 6, 3), 4, dead: [0: -1])
        let plane = try make.add(.permute(Permute(order: [2, 0, 1])), [make.conv(make.input(6, 4, 3), 1)])
        try expectCut(make.finished(make.conv(make.merge(.multiply, [x, plane]), 2, 1)), removes: [[], [], []])
    }

    @Test("A single number is combined with a map, whatever its axis is called")
    func mergeOfNumber() throws {
        let make = GraphMaker()
        let x = try make.conv(make.input(6, 6, 3), 1)
        let number = try make.add(.globalPooling(GlobalPooling(.max, keepDimensions: true)), [x])
        let turned = try make.add(.permute(Permute(order: [2, 0, 1])), [number])
        try expectCut(make.finished(make.merge(.multiply, [turned, x])), removes: [[]])
    }

    @Test("What a shared layer makes of different constants is not folded into one bias")
    func sharedConstants() throws {
        let make = GraphMaker()
        let a = try make.block(make.input(6, 6, 3), 3, dead: [0: 0.5, 1: 0.5, 2: 1]),
            b = try make.block(make.input(6, 6, 3), 3, dead: [0: 0.5, 1: 0.75, 2: 1])
        // Everything behind is constant, and some of it must stay all the same.
        let first = try make.conv(a, 2, 1, bias: true)
        let graph = try twice(make, first, b) { [try make.globalPool(first), try make.globalPool($0)] }
        try expectCut(graph, removes: [[0, 2], [0, 2], [], []])
    }

    @Test("A shared layer that reads padding in one call only carries its constants in both")
    func sharedPadding() throws {
        let make = GraphMaker()
        let a = try make.block(make.input(4, 4, 3), 3, dead: [0: 0.5, 1: 0.25, 2: 1]),
            b = try make.block(make.input(5, 5, 3), 3, dead: [0: 0.5, 1: 0.25, 2: 1])
        let first = try make.conv(a, 2, 2, strides: 2)
        let graph = try twice(make, first, b) { [try make.globalPool(first), try make.globalPool($0)] }
        try expectCut(graph, removes: [[0, 1], [0, 1], [], []])
    }

    @Test("A layer shared with what cannot be followed stays whole")
    func sharedBehindOpaque() throws {
        let make = GraphMaker()
        let x = try make.block(make.input(6, 6, 3), 4, dead: [0: -1])
        let first = try make.conv(x, 2)
        let graph = try twice(make, first, make.add(.opaque(Opaque(className: "Lambda")), [make.input(6, 6, 3)])) {
            [first, $0]
        }
        #expect(SurgeryPlan(graph).removed(from: x).isEmpty)
    }

    @Test("A filter with a weight that is not a number is not dead")
    func notANumber() throws {
        let make = GraphMaker()
        let x = try make.conv(make.input(6, 6, 1), 3, bias: true, silent: [1, 2])
        var graph = try make.finished(make.conv(x, 2, 1))
        graph.layers[1][.kernel]?[1] = .nan
        #expect(SurgeryPlan(graph).removed(from: x) == [2])
    }

    @Test("A constant that is too large to be folded is refused, by the layer that reads it")
    func overflow() throws {
        let make = GraphMaker()
        let x = try make.dense(make.flatten(make.norm(make.conv(make.input(1, 1, 3), 2), dead: [1: 3e38])), 2)
        var graph = make.finished(x)
        let reader = graph.layers.count - 1
        // Weights of both signs: infinity less infinity is as bad.
        for (position, weight) in [2: 100, 3: -100] as [Int: Float] {
            graph.layers[reader][.kernel]?[position] = weight
        }
        #expect(throws: SurgeryError.overflow(layer: graph.layers[reader].qualifiedName)) {
            try SurgeryPlan(graph).rewrite()
        }
        for position in 2...3 { graph.layers[reader][.kernel]?[position] = 1 }
        #expect(try SurgeryPlan(graph).rewrite().graph.layers[reader][.bias]?[0] == 3e38)
    }

    /// The graph where the layer that made `first` is called on `other` too, with the outputs that `ends` makes of
    /// that.
    private func twice(_ make: GraphMaker, _ first: TensorID, _ other: TensorID, ends: (TensorID) throws -> [TensorID])
        throws -> Graph
    {
        let node = try #require(make.graph.nodes.first { $0.outputs == [first] })
        return make.finished(try ends(try make.call(node.layer, [other])))
    }
}
