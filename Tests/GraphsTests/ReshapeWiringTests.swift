@testable import Graphs
import Tensors
import Testing

@Suite struct RegroupedChannels {
    @Test("Flatten, channels last: channels alternate. Channels first: Keras moves them to the end first")
    func flatten() {
        #expect(ChannelWiring.flattened([1, 2, 3], channelAxis: 2, transposed: false) == [0, 1, 2, 0, 1, 2])
        #expect(ChannelWiring.flattened([3, 1, 2], channelAxis: 0, transposed: true) == [0, 1, 2, 0, 1, 2])
        #expect(ChannelWiring.flattened([3, 1, 2], channelAxis: 0, transposed: false) == [0, 0, 1, 1, 2, 2])
        #expect(ChannelWiring.flattened([2, 2, 3], channelAxis: 1, transposed: true) == [0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1])
        #expect(ChannelWiring.flattened([3], channelAxis: 0, transposed: true) == [0, 1, 2])
        #expect(ChannelWiring.flattened([nil, 3], channelAxis: 1, transposed: false) == nil)
        #expect(ChannelWiring.flattened([1 << 20, 1 << 10], channelAxis: 1, transposed: false) == nil)
    }

    @Test("Flatten agrees with moving the numbers of the channels", arguments: 1...30)
    func flattenRandom(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let lengths = (0..<Int.random(in: 1...4, using: &generator)).map { _ in Int.random(in: 1...4, using: &generator) }
        let axis = Int.random(in: lengths.indices, using: &generator), transposed = Bool.random(using: &generator)
        var numbers = numbered(lengths, axis)
        if transposed { numbers = numbers.transposed(Array(lengths.indices.dropFirst()) + [0]) }
        #expect(ChannelWiring.flattened(lengths, channelAxis: axis, transposed: transposed) == numbers.elements.map { Int($0) }, "\(lengths), axis \(axis)")
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
            ([2, 4], 1, [4, 2]), ([2, 3], 1, [3, 2]), ([6], 0, [2, 3]), ([4, 6], 1, [4, 2, 3]), ([3, nil], 0, [3, nil]), ([nil], 0, [2, nil]), ([2, 3], 1, [2, nil]),
        ]
        for (shape, axis, target) in refused { #expect(ChannelWiring.reshaped(shape, channelAxis: axis, to: target) == nil, "\(shape.text) to \(target.text)") }
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
            #expect(moved.gathered(axis: map.axis, [slice]).elements.allSatisfy { $0 == Float(channel) }, "\(source) axis \(axis) to \(target)")
        }
    }

    /// A tensor that holds the number of the channel at each of its elements.
    private func numbered(_ shape: [Int], _ axis: Int) -> Tensor {
        let inner = shape[(axis + 1)...].reduce(1, *)
        return Tensor(shape: shape, (0..<Tensor.count(of: shape)).map { Float($0 / inner % shape[axis]) })
    }
}
