import Graphs
import Tensors
import TestSupport
import Testing

@Suite struct ChannelAxes {
    /// Axis, count and roles of the output of one layer behind a convolution (or dense layer) that fixes where channels
    /// are.
    private func wired(_ operation: Graphs.Operation, _ weights: WeightShapes = [:], on shapes: TensorShape?...) throws
        -> (axis: Int?, count: Int, roles: [ChannelRole])
    {
        let graph = try Graph.of(operation, weights, on: shapes), wiring = ChannelWiring(graph)
        return (wiring.axes[graph.outputs[0]], wiring.counts[graph.outputs[0]], wiring.roles[graph.nodes.lastID])
    }
    /// Every layer of these graphs is called once and makes one tensor: nodes have the numbers of what they make.
    private func node(_ tensor: TensorID) -> NodeID { NodeID(tensor.position) }
    private func identity(_ count: Int) -> [ChannelRole] { [.passed(source: Array(0..<count))] }
    private let window = Window(size: [2, 2])
    private let first = Window(size: [2, 2], dataFormat: .channelsFirst)

    @Test("Layers whose weights combine channels read them")
    func reading() throws {
        let convolution = try wired(
            .convolution(Convolution(filters: 5, window: window)), [.kernel: [2, 2, 3, 5]], on: [4, 4, 3])
        #expect(convolution == (2, 5, [.read]))
        let channelsFirst = try wired(
            .convolution(Convolution(filters: 5, window: first)), [.kernel: [2, 2, 3, 5]], on: [3, 4, 4])
        #expect(channelsFirst == (0, 5, [.read]))
        let separable = try wired(
            .separable(SeparableConvolution(filters: 5, window: window)),
            [.depthwiseKernel: [2, 2, 3, 1], .pointwiseKernel: [1, 1, 3, 5]], on: [4, 4, 3])
        #expect(separable == (2, 5, [.read]))
        let transposed = try wired(
            .transposed(TransposedConvolution(filters: 5, window: window)), [.kernel: [2, 2, 5, 3]], on: [4, 4, 3])
        #expect(transposed == (2, 5, [.read]))
        #expect(try wired(.dense(Dense(units: 5)), [.kernel: [3, 5]], on: [4, 3]) == (1, 5, [.read]))
    }

    @Test("A grouped convolution reads its input")
    func grouped() throws {
        let layer = Convolution(filters: 4, window: window, groups: 2)
        #expect(try wired(.convolution(layer), [.kernel: [2, 2, 2, 4]], on: [4, 4, 4]) == (2, 4, [.read]))
    }

    @Test("A depthwise convolution makes each of its channels from one")
    func depthwise() throws {
        let layer = DepthwiseConvolution(multiplier: 2, window: window)
        #expect(
            try wired(.depthwise(layer), [.depthwiseKernel: [2, 2, 3, 2]], on: [4, 4, 3]) == (
                2, 6, [.passed(source: [0, 0, 1, 1, 2, 2])]
            ))
    }

    @Test("Poolings, activations, padding and the like keep channels one to one")
    func carrying() throws {
        let layers: [Graphs.Operation] = [
            .activation(.rectifier), .identity, .pooling(Pooling(.max, window: window)),
            .padding(ZeroPadding(amounts: [Amounts(1, 1), Amounts(1, 1)])),
            .cropping(Cropping(amounts: [Amounts(1, 0), Amounts(1, 0)])), .upsampling(UpSampling(factors: [2, 2])),
            .batchNormalization(BatchNormalization(axis: 2)),
            .rescaling(Rescaling(scale: [2])), .activation(.softmax(axes: [0, 1])),
            .globalPooling(GlobalPooling(.max, keepDimensions: true)),
        ]
        for layer in layers { #expect(try wired(layer, on: [4, 4, 3]) == (2, 3, identity(3)), "\(layer.kind)") }
        #expect(
            try wired(.parametricReLU(ParametricReLU()), [.alpha: [4, 4, 3]], on: [4, 4, 3]) == (2, 3, identity(3)))
        #expect(try wired(.globalPooling(GlobalPooling(.average)), on: [4, 4, 3]) == (0, 3, identity(3)))
        #expect(
            try wired(.globalPooling(GlobalPooling(.average, dataFormat: .channelsFirst)), on: [3, 4, 4]) == (
                0, 3, identity(3)
            ))
        #expect(try wired(.pooling(Pooling(.max, window: first)), on: [3, 4, 4]) == (0, 3, identity(3)))
        #expect(try wired(.permute(Permute(order: [2, 0, 1])), on: [4, 5, 3]) == (0, 3, identity(3)))
        #expect(try wired(.repeatVector(RepeatVector(count: 4)), on: [3]) == (1, 3, identity(3)))
    }

    @Test("A slice of the channels' axis takes some of them, one of another axis all")
    func slices() throws {
        #expect(
            try wired(.slice(Slice(axis: 2, start: 1, stop: 3)), on: [4, 4, 3]) == (2, 2, [.passed(source: [1, 2])]))
        #expect(try wired(.slice(Slice(axis: 0, start: 1, stop: 3)), on: [4, 4, 3]) == (2, 3, identity(3)))
    }

    @Test(
        "Channels keep their number when a reshape lays them along two axes, and get another when those are transposed")
    func grids() throws {
        var graph = Graph()
        let x = try graph.input([4, 5, 6]), split = try graph.add(.reshape(Reshape(target: [20, 2, 3])), [x])
        let turned = try graph.add(.permute(Permute(order: [0, 2, 1])), [split]),
            y = try graph.add(.reshape(Reshape(target: [4, 5, 6])), [turned])
        let half = try graph.add(.reshape(Reshape(target: [20, 6])), [split])
        let wiring = ChannelWiring(graph)
        #expect(wiring.roles[node(split)] == identity(6) && wiring.axes[split] == nil)
        #expect(wiring.grids[split].map { [$0.rowAxis, $0.columnAxis, $0.rows, $0.columns] } == [1, 2, 2, 3])
        #expect(wiring.roles[node(turned)] == [.passed(source: [0, 3, 1, 4, 2, 5])])
        #expect(wiring.grids[turned].map { [$0.rowAxis, $0.columnAxis, $0.rows, $0.columns] } == [1, 2, 3, 2])
        #expect(wiring.roles[node(y)] == identity(6) && wiring.axes[y] == 2)
        #expect(wiring.roles[node(half)] == identity(6) && wiring.axes[half] == 1)
        // Rows and columns are of no use where one reader does not bring them back.
        let torn = try graph.add(.reshape(Reshape(target: [4, 5, 2, 3])), [turned]), apart = ChannelWiring(graph)
        #expect(apart.grids[split] == nil && apart.grids[turned] == nil && apart.grids[torn] == nil)
    }

    @Test("Layers that look at all channels together pin them")
    func alongChannels() throws {
        let pinned = [ChannelRole.pinned(.alongChannels("layer"))]
        #expect(try wired(.activation(.softmax()), on: [4, 3]).roles == pinned)
        #expect(try wired(.activation(.sparsemax), on: [4, 3]).roles == pinned)
        #expect(try wired(.layerNormalization(LayerNormalization(axes: [1])), on: [4, 3]).roles == pinned)
        #expect(try wired(.rescaling(Rescaling(scale: [1, 2, 3])), on: [4, 3]).roles == pinned)
    }

    @Test("Layers that look along another axis than the channels' pin them")
    func otherAxes() throws {
        let pinned = [ChannelRole.pinned(.axis("layer"))]
        #expect(try wired(.batchNormalization(BatchNormalization(axis: 1)), on: [4, 3, 5]).roles == pinned)
        #expect(try wired(.layerNormalization(LayerNormalization(axes: [0, 1])), on: [4, 3, 5]).roles == pinned)
        #expect(try wired(.normalization(Normalization(axes: [1])), on: [4, 3]).roles == pinned)
        // A convolution before says channels first; the dense layer looks along the width.
        var graph = Graph()
        let x = try graph.add(.input(Input(shape: [1, 4, 4])))
        let y = try graph.add(
            .convolution(Convolution(filters: 3, window: first)), [x], weights: [.kernel: Tensor(shape: [2, 2, 1, 3])])
        let z = try graph.add(.dense(Dense(units: 5)), [y], weights: [.kernel: Tensor(shape: [3, 5])])
        let wiring = ChannelWiring(graph)
        #expect(wiring.axes == [0, 0, 2])
        #expect(wiring.roles[node(z)] == [.pinned(.axis("layer2"))])
    }

    @Test("Behind a layer that is not known, the next layer with weights knows its own channels again")
    func opaque() throws {
        var graph = Graph()
        let x = try graph.input(nil)
        let y = try graph.add(.activation(.rectifier), [x])
        let z = try graph.add(
            .convolution(Convolution(filters: 5, window: window)), [y], weights: [.kernel: Tensor(shape: [2, 2, 3, 5])])
        let wiring = ChannelWiring(graph)
        #expect(wiring.axes == [0, nil, nil, 2])
        #expect(wiring.counts == [1, 0, 0, 5])
        #expect(wiring.roles[1] == [.pinned(.opaque("layer1"))])
        #expect(wiring.roles[node(z)] == [.read])
    }

    @Test("A width that is not known pins what would be carried there")
    func unknownWidth() throws {
        #expect(try wired(.activation(.rectifier), on: [4, nil]) == (nil, 0, [.pinned(.axis("layer"))]))
        #expect(try wired(.flatten(.channelsLast), on: [nil, 3]) == (nil, 0, [.pinned(.axis("layer"))]))
    }

    @Test("Concatenation along the channels gives each input its offset; along another axis all of them")
    func concatenation() throws {
        #expect(
            try wired(.concatenate(Concatenate(axis: 1)), on: [4, 2], [4, 1], [4, 2])
                == (
                    1, 5,
                    [
                        .passed(source: [0, 1, -1, -1, -1]), .passed(source: [-1, -1, 0, -1, -1]),
                        .passed(source: [-1, -1, -1, 0, 1]),
                    ]
                ))
        #expect(
            try wired(.concatenate(Concatenate(axis: 0)), on: [4, 2], [3, 2]) == (1, 2, identity(2) + identity(2)))
    }

    @Test("A merge joins like channels; an input with one channel meets them all")
    func merging() throws {
        let add = Graphs.Operation.merge(Merge(.add))
        #expect(try wired(add, on: [4, 4, 3], [4, 4, 3]) == (2, 3, identity(3) + identity(3)))
        #expect(try wired(add, on: [4, 4, 3], [4, 4, 1]) == (2, 3, identity(3) + [.broadcast]))
        #expect(try wired(add, on: [1, 1, 3], [4, 4, 3]) == (2, 3, identity(3) + identity(3)))
        #expect(try wired(add, on: [3], [4, 4, 3]) == (2, 3, identity(3) + identity(3)))
        #expect(try wired(add, on: [1], [4, 4, 3]) == (2, 3, [.broadcast] + identity(3)))
    }

    @Test("In a merge one channel that lies along another axis does not stand for all")
    func crossedMerge() throws {
        // One channel, seen from the axis where the other input has three.
        var graph = Graph()
        let x = try graph.add(.input(Input(shape: [4, 3])))
        let y = try graph.add(.permute(Permute(order: [1, 0])), [graph.add(.input(Input(shape: [3, 1])))])
        let sum = try graph.add(.merge(Merge(.multiply)), [x, y])
        #expect(graph.shapes[sum] == [4, 3])
        let wiring = ChannelWiring(graph)
        #expect(wiring.axes[y] == 0)
        #expect(wiring.roles[node(sum)] == identity(3) + [.pinned(.axis("layer3"))])
    }

    @Test("A merge that makes more channels than any input has keeps none apart")
    func widenedMerge() throws {
        var graph = Graph()
        let x = try graph.add(.input(Input(shape: [4, 1])))
        let y = try graph.add(.permute(Permute(order: [1, 0])), [graph.add(.input(Input(shape: [3, 1])))])
        for inputs in [[x, y], [y, x]] {
            let sum = try graph.add(.merge(Merge(.add)), inputs), wiring = ChannelWiring(graph)
            #expect(graph.shapes[sum] == [4, 3])
            for case let .passed(source) in wiring.roles.last ?? [] { #expect(source.count == wiring.counts[sum]) }
            #expect(wiring.roles.last?.contains(.broadcast) == false)
        }
    }
}
