import Graphs
import Surgery
import Tensors
import TestSupport
import Testing

/// Constants that differ from position to position, and where they go.
@Suite("Surgery with constants that depend on the position") struct PlacedConstantTests {
    /// A map with zero padding read beside two nonzero constants.
    private func blurred(_ make: GraphMaker) throws -> TensorID {
        try make.depthwise(
            make.add(.activation(.sigmoid), [make.norm(make.conv(make.input(4, 5, 3), 5), dead: [1: 0.5, 3: -1])]))
    }

    @Test(
        "Flattened in either order, from either format, each constant is folded where it lands",
        arguments: [DataFormat.channelsLast, .channelsFirst], [DataFormat.channelsLast, .channelsFirst])
    func flattened(format: DataFormat, order: DataFormat) throws {
        let make = GraphMaker(format: format)
        try expectCut(
            make.finished(make.dense(make.add(.flatten(order), [blurred(make)]), 3)), removes: [[1, 3], [1, 3], []])
    }

    @Test(
        "Permuted, reshaped and cut up before", arguments: [[0, 1, 2], [1, 0, 2], [2, 0, 1], [2, 1, 0], [0, 2, 1]])
    func moved(order: [Int]) throws {
        let make = GraphMaker()
        let x = try make.add(.permute(Permute(order: order)), [blurred(make)])
        let lengths = (make.graph.shapes[x] ?? []).map { $0 ?? 0 }, axis = order.firstIndex(of: 0) ?? 0
        let part = try make.add(.slice(Slice(axis: axis, start: 1, stop: 3)), [x])
        let whole = try make.dense(make.add(.reshape(Reshape(target: [lengths.reduce(1, *)])), [x]), 3)
        try expectCut(
            make.finished(whole, make.dense(make.add(.flatten(.channelsFirst), [part]), 2)),
            removes: [[1, 3], [1, 3], [], []])
    }

    @Test("Slopes that differ over the plane leave zeros and positive constants alone, and make maps of negative ones")
    func slopes() throws {
        func graph(_ behind: (GraphMaker, TensorID) throws -> TensorID, shared: [Int] = []) throws -> Graph {
            let make = GraphMaker()
            let x = try make.norm(make.conv(make.input(4, 5, 3), 6), dead: [0: 0, 1: 0.5, 2: -0.5, 4: -1])
            let alpha = make.weights([4, 5, 6].enumerated().map { shared.contains($0) ? 1 : $1 })
            return try make.finished(
                behind(
                    make, make.add(.parametricReLU(ParametricReLU(sharedAxes: shared)), [x], [Weight(.alpha, alpha)])))
        }
        for shared in [[], [0], [1], [2], [0, 2]] {
            try expectCut(graph({ try $0.dense($0.flatten($1), 3) }, shared: shared), removes: [[0, 1, 2, 4], []])
            try expectCut(graph({ try $0.dense($0.globalPool($1), 3) }, shared: shared), removes: [[0, 1, 2, 4], []])
        }
        // No bias stands for a map: two different ones stay, of which one row of slopes makes one.
        try expectCut(graph { try $0.conv($1, 2, 1, bias: true) }, removes: [[0, 1], []])
        try expectCut(graph({ try $0.conv($1, 2, 1, bias: true) }, shared: [2]), removes: [[0, 1, 2], []])
        // Under zero padding the positive constant needs a carrier as well.
        try expectCut(graph { try $0.conv($1, 2) }, removes: [[0], []])
        let cut = try SurgeryPlan(graph { try $0.dense($0.flatten($1), 3) }).rewrite().graph
        #expect(cut.layers.compactMap { $0[.alpha]?.shape } == [[4, 5, 2]])
    }
}
