import Graphs
import Surgery
import Tensors
import TestSupport
import Testing

/// Small instances of the shapes that networks in use are made of.
@Suite struct ClassicSurgeryTests {
    private static let formats = [DataFormat.channelsLast, .channelsFirst]

    private func padding(_ amount: Int, _ format: DataFormat) -> Operation {
        .padding(ZeroPadding(amounts: [.init(amount, amount), .init(amount, amount)], dataFormat: format))
    }

    @Test("PReLU's slopes go with their channels, and make constants of what is below zero", arguments: formats)
    func slopes(format: DataFormat) throws {
        let make = GraphMaker(format: format)
        var x = try make.norm(make.conv(make.input(6, 5, 3), 5), dead: [1: 0.5, 3: -2])
        let last = format == .channelsLast
        x = try make.add(
            .parametricReLU(ParametricReLU(sharedAxes: last ? [0, 1] : [1, 2])), [x],
            [Weight(.alpha, make.weights(last ? [1, 1, 5] : [5, 1, 1]))])
        try expectCut(make.finished(make.conv(x, 4, padding: .valid)), removes: [[1, 3], []])
    }

    @Test(
        "An inverted bottleneck: zeros go through the depthwise layer, one map of a constant stays", arguments: formats)
    func invertedBottleneck(format: DataFormat) throws {
        let make = GraphMaker(format: format)
        let stem = try make.block(make.input(7, 5, 3), 4)
        let expanded = try make.block(stem, 6, 1, dead: [1: -0.5, 4: 0.7])
        let filtered = try make.norm(make.depthwise(expanded))
        let projected = try make.norm(make.conv(filtered, 4, 1))
        try expectCut(make.finished(make.merge(.add, [projected, stem])), removes: [[], [1], [1], []])
    }

    @Test("A tensor added to itself twice is three times its constant", arguments: formats)
    func threefold(format: DataFormat) throws {
        let make = GraphMaker(format: format)
        let x = try make.block(make.input(5, 6, 3), 4, dead: [2: 1.5])
        try expectCut(make.finished(make.conv(make.merge(.add, [x, x, x]), 3, padding: .valid)), removes: [[2], []])
    }

    @Test("Three dilated convolutions behind zero padding, the last one larger than the image", arguments: formats)
    func padded(format: DataFormat) throws {
        let make = GraphMaker(format: format)
        var x = try make.add(padding(2, format), [make.input(9, 8, 2)])
        x = try make.relu(make.norm(make.conv(x, 5, 3, padding: .valid, dilation: 2), dead: [0: -1, 2: 0.8, 3: 1.1]))
        x = try make.add(padding(5, format), [x])
        x = try make.relu(make.norm(make.conv(x, 4, 3, padding: .valid, dilation: 2), dead: [1: -1]))
        x = try make.add(padding(7, format), [x])
        try expectCut(make.finished(make.conv(x, 3, 11, padding: .valid, dilation: 2)), removes: [[0, 2], [1], []])
    }

    @Test(
        "Zeros pass pooling, upsampling, cropping and zero padding; other constants all but the padding",
        arguments: formats)
    func shaped(format: DataFormat) throws {
        for (dead, padded) in [([0: Float(-1), 2: -3], true), ([0: 0.4, 2: -3], false)] {
            let make = GraphMaker(format: format)
            var x = try make.pool(.max, make.block(make.input(10, 8, 3), 4, dead: dead))
            x = try make.add(.upsampling(UpSampling(factors: [2, 3], dataFormat: format)), [x])
            x = try make.add(.cropping(Cropping(amounts: [.init(1, 0), .init(2, 1)], dataFormat: format)), [x])
            if padded { x = try make.add(padding(1, format), [x]) }
            x = try make.pool(.average, x)
            try expectCut(make.finished(make.conv(x, 3, padding: padded ? .same : .valid)), removes: [[0, 2], []])
        }
    }

    @Test("Two inputs, each with its own deaths, concatenated", arguments: formats)
    func twoInputs(format: DataFormat) throws {
        let make = GraphMaker(format: format)
        let a = try make.block(make.input(6, 5, 3), 4, dead: [1: 0.3]),
            b = try make.block(make.input(6, 5, 2), 3, dead: [0: -1, 2: 2])
        try expectCut(
            make.finished(make.conv(make.concatenate([a, b]), 3, padding: .valid)), removes: [[1], [0, 2], []])
    }

    @Test("The last dense layer does without the units that died before it")
    func denseUnits() throws {
        let make = GraphMaker()
        let x = try make.relu(make.norm(make.dense(make.vector(5), 6), dead: [0: 1, 4: -1]))
        try expectCut(make.finished(make.dense(x, 3, bias: false)), removes: [[0, 4], []])
    }
}
