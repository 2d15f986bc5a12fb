@testable import Graphs
import Tensors
import TestSupport
import Testing

@Suite struct RegroupedChannels {
    @Test("Flatten, channels last: channels alternate. Channels first: Keras moves them to the end first")
    func flatten() {
        #expect(ChannelWiring.flattened([1, 2, 3], channelAxis: 2, transposed: false) == [0, 1, 2, 0, 1, 2])
        #expect(ChannelWiring.flattened([3, 1, 2], channelAxis: 0, transposed: true) == [0, 1, 2, 0, 1, 2])
        #expect(ChannelWiring.flattened([3, 1, 2], channelAxis: 0, transposed: false) == [0, 0, 1, 1, 2, 2])
        #expect(
            ChannelWiring.flattened([2, 2, 3], channelAxis: 1, transposed: true) == [
                0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1,
            ])
        #expect(ChannelWiring.flattened([3], channelAxis: 0, transposed: true) == [0, 1, 2])
        #expect(ChannelWiring.flattened([nil, 3], channelAxis: 1, transposed: false) == nil)
        #expect(ChannelWiring.flattened([1 << 20, 1 << 10], channelAxis: 1, transposed: false) == nil)
    }

    @Test("Flatten agrees with moving the numbers of the channels", arguments: 1...30)
    func flattenRandom(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let lengths = (0..<Int.random(in: 1...4, using: &generator)).map { _ in Int.random(in: 1...4, using: &generator)
        }
        let axis = Int.random(in: lengths.indices, using: &generator), transposed = Bool.random(using: &generator)
        var numbers = numbered(lengths, axis)
        if transposed { numbers = numbers.transposed(Array(lengths.indices.dropFirst()) + [0]) }
        #expect(
            ChannelWiring.flattened(lengths, channelAxis: axis, transposed: transposed)
                == numbers.elements.map { Int($0) }, "\(lengths), axis \(axis)")
    }

    @Test("Reshapes that keep channels on one axis")
    func reshapes() {
        func map(_ shape: TensorShape, _ axis: Int, _ target: TensorShape) -> [Int]? {
            ChannelWiring.reshaped(shape, channelAxis: axis, to: target).map { [$0.axis] + $0.source }
        }
        #expect(map([4, 5, 3], 2, [20, 3]) == [1, 0, 1, 2])
        #expect(map([nil, nil, 3], 2, [nil, 3]) == [1, 0, 1, 2])
        #expect(map([3], 0, [1, 1, 3]) == [2, 0, 1, 2])
        #expect(map([4, 2, 3], 2, [4, 6]) == [1, 0, 1, 2, 0, 1, 2])
        #expect(map([3, 4, 5], 0, [3, 20]) == [0, 0, 1, 2])
        #expect(map([2, 3], 0, [6]) == [0, 0, 0, 0, 1, 1, 1])
        #expect(map([4, 4, 1], 2, [16]) == [0] + Array(repeating: 0, count: 16))
    }

    @Test("Reshapes that tear channels apart, or of unknown lengths, are not followed")
    func refusals() {
        let refused: [(TensorShape, Int, TensorShape)] = [
            ([2, 4], 1, [4, 2]), ([2, 3], 1, [3, 2]), ([6], 0, [2, 3]), ([4, 6], 1, [4, 2, 3]),
            ([3, nil], 0, [3, nil]), ([nil], 0, [2, nil]), ([2, 3], 1, [2, nil]),
        ]
        for (shape, axis, target) in refused {
            #expect(
                ChannelWiring.reshaped(shape, channelAxis: axis, to: target) == nil, "\(shape.text) to \(target.text)")
        }
        let long = Int(Int32.max)
        #expect(ChannelWiring.reshaped([nil, long, long, long], channelAxis: 1, to: [nil, long]) == nil)
    }

    @Test("Where a reshape is followed, every slice holds one channel", arguments: 1...200)
    func reshapeRandom(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let factors = (0..<4).map { _ in Int.random(in: 1...3, using: &generator) }
        func grouped() -> [Int] {
            factors.shuffled(using: &generator).reduce(into: [1]) { groups, factor in
                if Bool.random(using: &generator) { groups.append(factor) } else { groups[groups.count - 1] *= factor }
            }
        }
        let source = grouped(), target = grouped(), axis = Int.random(in: source.indices, using: &generator)
        guard let map = ChannelWiring.reshaped(source, channelAxis: axis, to: target) else { return }
        let moved = numbered(source, axis).reshaped(target)
        #expect(map.source.count == target[map.axis])
        for (slice, channel) in map.source.enumerated() {
            #expect(
                moved.gathered(axis: map.axis, [slice]).elements.allSatisfy { $0 == Float(channel) },
                "\(source) axis \(axis) to \(target)")
        }
    }

    @Test("Reshapes that put several channels into one, each at a place of its own")
    func joins() {
        #expect(
            ChannelWiring.joined([12], channelAxis: 0, to: [2, 2, 3], along: 2) == [0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2])
        #expect(
            ChannelWiring.joined([12], channelAxis: 0, to: [3, 2, 2], along: 0) == [0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2])
        #expect(ChannelWiring.joined([6], channelAxis: 0, to: [1, 3, 2], along: 1) == [0, 0, 1, 1, 2, 2])
        #expect(ChannelWiring.joined([nil, 6], channelAxis: 1, to: [nil, 2, 3], along: 2) == [0, 1, 2, 0, 1, 2])
        #expect(ChannelWiring.joined([2, 8], channelAxis: 1, to: [4, 4], along: 1) == [0, 1, 2, 3, 0, 1, 2, 3])
        #expect(ChannelWiring.joined([6, 5], channelAxis: 0, to: [2, 3, 5], along: 1) == [0, 1, 2, 0, 1, 2])
        #expect(ChannelWiring.joined([4, 6], channelAxis: 1, to: [6, 4], along: 1) == nil)
        #expect(ChannelWiring.joined([6], channelAxis: 0, to: [2, nil], along: 0) == nil)
    }

    @Test("Where a reshape joins channels, every slice holds those that it says", arguments: 1...200)
    func joinRandom(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let factors = (0..<4).map { _ in Int.random(in: 1...3, using: &generator) }
        func grouped() -> [Int] {
            factors.shuffled(using: &generator).reduce(into: [1]) { groups, factor in
                if Bool.random(using: &generator) { groups.append(factor) } else { groups[groups.count - 1] *= factor }
            }
        }
        let source = grouped(), target = grouped(), axis = Int.random(in: source.indices, using: &generator),
            along = Int.random(in: target.indices, using: &generator)
        guard let into = ChannelWiring.joined(source, channelAxis: axis, to: target, along: along) else { return }
        let moved = numbered(source, axis).reshaped(target)
        for slice in 0..<target[along] {
            #expect(
                Set(moved.gathered(axis: along, [slice]).elements.map { Int($0) })
                    == Set(into.indices.filter { into[$0] == slice }),
                "\(source) axis \(axis) to \(target) along \(along)")
        }
    }

    @Test("The channels of a map made of a vector lie where the layers behind it read them")
    func demanded() throws {
        func axis(_ target: [Int], _ behind: (inout Graph, TensorID) throws -> TensorID) throws -> (
            axis: Int?, role: ChannelRole
        ) {
            var graph = Graph()
            let x = try graph.add(.input(Input(shape: [24]))),
                map = try graph.add(.reshape(Reshape(target: target)), [x])
            graph.outputs = [try behind(&graph, map)]
            let wiring = ChannelWiring(graph)
            return (wiring.axes[map], wiring.roles[1][0])
        }
        func conv(_ inputs: Int, _ format: DataFormat = .channelsLast) -> (inout Graph, TensorID) throws -> TensorID {
            {
                try $0.add(
                    .convolution(Convolution(filters: 1, window: Window(size: [1, 1], dataFormat: format))), [$1],
                    weights: [.kernel: Tensor(shape: [1, 1, inputs, 1])])
            }
        }
        #expect(try axis([2, 3, 4], conv(4)) == (2, .joined(into: (0..<24).map { $0 % 4 })))
        #expect(try axis([4, 2, 3], conv(4, .channelsFirst)) == (0, .joined(into: (0..<24).map { $0 / 6 })))
        let turned = try axis([4, 2, 3]) {
            try conv(4)(&$0, $0.add(.permute(Permute(order: [1, 2, 0])), [$0.add(.activation(.rectifier), [$1])]))
        }
        #expect(turned == (0, .joined(into: (0..<24).map { $0 / 6 })))
        let twice = try axis([6, 4]) { try conv(4)(&$0, $0.add(.reshape(Reshape(target: [2, 3, 4])), [$1])) }
        #expect(twice == (1, .joined(into: (0..<24).map { $0 % 4 })))
        let halves = try axis([2, 12]) { try conv(4)(&$0, $0.add(.reshape(Reshape(target: [2, 3, 4])), [$1])) }
        #expect(halves == (1, .joined(into: (0..<24).map { $0 % 12 })))
        let upsampled = try axis([2, 3, 4]) {
            try $0.add(.upsampling(UpSampling(factors: [2, 2], dataFormat: .channelsFirst)), [$1])
        }
        #expect(upsampled.axis == 0)
    }

    /// A tensor that holds the number of the channel at each of its elements.
    private func numbered(_ shape: [Int], _ axis: Int) -> Tensor {
        let inner = shape[(axis + 1)...].reduce(1, *)
        return Tensor(shape: shape, (0..<Tensor.count(of: shape)).map { Float($0 / inner % shape[axis]) })
    }
}
