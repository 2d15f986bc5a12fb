import Graphs
import Surgery
import Tensors
import TestSupport
import Testing

@Suite("Surgery around grouped convolutions") struct GroupedSurgeryTests {
    @Test(
        "As many channels of every group go, whichever they are", arguments: [DataFormat.channelsLast, .channelsFirst])
    func balanced(format: DataFormat) throws {
        let make = GraphMaker(format: format)
        let x = try make.block(make.input(6, 5, 3), 6, dead: [0: -1, 4: -1])
        let graph = try make.finished(make.conv(make.conv(x, 4, groups: 2), 2))
        try expectCut(graph, removes: [[0, 4], [], []])
        #expect(try SurgeryPlan(graph).rewrite().graph.layers[4][.kernel]?.shape == [3, 3, 2, 4])
    }

    @Test("What one group loses beyond the others stays as padding")
    func unbalanced() throws {
        let make = GraphMaker()
        let x = try make.block(make.input(6, 5, 3), 6, dead: [0: -1, 1: -1, 4: -1])
        let graph = try make.finished(make.conv(make.conv(x, 4, groups: 2), 2))
        try expectCut(graph, removes: [[1, 4], [], []])
        #expect(SurgeryPlan(graph).reason(for: ChannelID(x, 0)) == .grouped("conv2d_4"))
        #expect(PinReason.grouped("conv2d_4").category == "grouped convolution unbalanced")
    }

    @Test("What a group must keep does not leave another with less than one channel")
    func deadGroup() throws {
        let make = GraphMaker()
        let x = try make.block(make.input(6, 5, 3), 4, dead: [0: -1, 1: -1])
        let graph = try make.finished(make.conv(make.conv(x, 4, groups: 2), 2))
        // The outputs of the dead group are 0, and go with it.
        try expectCut(graph, removes: [[0, 1], [0, 1], []])
        guard case let .convolution(layer) = try SurgeryPlan(graph).rewrite().graph.layers[4].operation else { return }
        #expect(layer.groups == 1 && layer.filters == 2)
    }

    @Test("Constants without padding go to the bias of the filters that read them", arguments: [true, false])
    func folded(bias: Bool) throws {
        let make = GraphMaker()
        let x = try make.block(make.input(6, 5, 3), 6, dead: [2: 0.5, 3: 2])
        let graph = try make.finished(make.conv(make.conv(x, 4, padding: .valid, groups: 2, bias: bias), 2))
        try expectCut(graph, removes: [[2, 3], [], []])
    }

    @Test("Constants behind a normalization move its mean")
    func foldedIntoMean() throws {
        let make = GraphMaker()
        let x = try make.block(make.input(6, 5, 3), 6, dead: [2: 0.5, 3: 2])
        let graph = try make.finished(make.conv(make.norm(make.conv(x, 4, 1, groups: 2)), 2))
        try expectCut(graph, removes: [[2, 3], [], []])
        #expect(try SurgeryPlan(graph).rewrite().graph.layers[4][.bias] == nil)
    }

    @Test("Under zero padding each group carries its own constants")
    func carriers() throws {
        let make = GraphMaker()
        let x = try make.block(make.input(6, 5, 3), 8, dead: [0: 0.5, 1: 1, 5: 0.25, 6: 2])
        let graph = try make.finished(make.conv(make.conv(x, 4, groups: 2), 2))
        try expectCut(graph, removes: [[0, 5], [], []])
        #expect(SurgeryPlan(graph).reason(for: ChannelID(x, 1)) == .carrier("conv2d_4"))
    }

    @Test("Under zero padding a lone constant of a group stays, and then as many of the other")
    func loneConstant() throws {
        let make = GraphMaker()
        let x = try make.block(make.input(6, 5, 3), 6, dead: [0: 0.5, 3: -1, 4: -1])
        let graph = try make.finished(make.conv(make.conv(x, 4, groups: 2), 2))
        try expectCut(graph, removes: [[], [], []])
        #expect(SurgeryPlan(graph).reason(for: ChannelID(x, 0)) == .padded("conv2d_4"))
        #expect(SurgeryPlan(graph).reason(for: ChannelID(x, 4)) == .grouped("conv2d_4"))
    }

    @Test("As many filters of every group go")
    func outputs() throws {
        let make = GraphMaker()
        let x = try make.block(make.input(6, 5, 3), 4)
        let y = try make.relu(make.norm(make.conv(x, 8, groups: 2), dead: [1: 0.5, 2: -1, 7: 1]))
        let graph = try make.finished(make.conv(y, 2, padding: .valid))
        try expectCut(graph, removes: [[], [2, 7], []])
        #expect(SurgeryPlan(graph).reason(for: ChannelID(y, 1)) == .grouped("conv2d_4"))
    }

    @Test("A group that nobody reads goes with what it alone reads")
    func wholeGroup() throws {
        let make = GraphMaker()
        let x = try make.block(make.input(6, 5, 3), 6), y = try make.conv(x, 9, groups: 3)
        let graph = try make.finished(make.conv(y, 2, 1, unread: [3, 4, 5]))
        try expectCut(graph, removes: [[2, 3], [3, 4, 5], []])
        guard case let .convolution(layer) = try SurgeryPlan(graph).rewrite().graph.layers[4].operation else { return }
        #expect(layer.groups == 2 && layer.filters == 6)
    }

    @Test("A group whose inputs others read stays with as many filters as the others have")
    func readGroup() throws {
        let make = GraphMaker()
        let x = try make.block(make.input(6, 5, 3), 6), y = try make.conv(x, 6, groups: 3)
        let graph = try make.finished(make.conv(y, 2, 1, unread: [0, 2, 3, 4]), make.conv(x, 2, 1))
        try expectCut(graph, removes: [[], [0, 3, 4], [], []])
    }

    @Test("Filters that died in a chain of grouped convolutions")
    func chain() throws {
        let make = GraphMaker()
        let x = try make.block(make.input(6, 5, 3), 8, dead: [1: -1, 6: -1])
        let y = try make.relu(make.norm(make.conv(x, 8, groups: 4), dead: [0: -1, 3: -1, 4: -1, 7: -1]))
        let z = try make.conv(y, 4, groups: 2)
        try expectCut(make.finished(make.conv(z, 2)), removes: [[], [0, 3, 4, 7], [], []])
    }
}
