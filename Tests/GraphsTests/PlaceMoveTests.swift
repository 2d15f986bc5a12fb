@testable import Graphs
import Tensors
import TestSupport
import Testing

@Suite struct MovedPlaces {
    /// A layer that only moves elements, on a tensor that holds the number of each of its elements, and what it makes
    /// of it.
    private func move(_ generator: inout SeededGenerator) -> (Graphs.Operation, source: [Int], moved: Tensor) {
        let
            lengths = (0..<Int.random(in: 1...4, using: &generator)).map { _ in Int.random(in: 1...4, using: &generator)
            }, count = Tensor.count(of: lengths)
        let numbers = Tensor(shape: lengths, (0..<count).map { Float($0) }),
            first = Array(lengths.indices.dropFirst()) + [0]
        switch Int.random(in: 0...5, using: &generator) {
        case 0: return (.flatten(.channelsLast), lengths, numbers.reshaped([count]))
        case 1: return (.flatten(.channelsFirst), lengths, numbers.transposed(first).reshaped([count]))
        case 2:
            let order = Array(lengths.indices).shuffled(using: &generator)
            return (.permute(Permute(order: order)), lengths, numbers.transposed(order))
        case 3 where lengths.count == 1:
            return (
                .repeatVector(RepeatVector(count: 3)), lengths,
                Tensor(shape: [3, count], (0..<3 * count).map { Float($0 % count) })
            )
        case 4:
            let axis = Int.random(in: lengths.indices, using: &generator),
                start = Int.random(in: 0..<lengths[axis], using: &generator)
            let stop = Int.random(in: (start + 1)...lengths[axis], using: &generator)
            return (
                .slice(Slice(axis: axis, start: start, stop: stop)), lengths,
                numbers.gathered(axis: axis, Array(start..<stop))
            )
        default:
            let target = lengths.shuffled(using: &generator).reduce(into: [1]) { target, length in
                if Bool.random(using: &generator) { target.append(length) } else { target[target.count - 1] *= length }
            }
            return (.reshape(Reshape(target: target)), lengths, numbers.reshaped(target))
        }
    }

    @Test("Every position of every channel comes from where the layer takes it", arguments: 1...300)
    func origins(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let (operation, lengths, moved) = move(&generator)
        var graph = Graph()
        let x = try graph.add(.input(Input(shape: lengths))), y = try graph.add(operation, [x])
        graph.outputs = [y]
        let wiring = ChannelWiring(graph)
        if case .pinned = wiring.roles[1][0] { return }
        let axis = try #require(wiring.axes[x]), target = try #require(wiring.axes[y])
        let places = try #require(PlaceMove(graph, 1, wiring)), inner = lengths[(axis + 1)...].reduce(1, *)
        for channel in 0..<wiring.counts[y] {
            let found = places.origins(of: channel).map { from, position in
                (position / inner * lengths[axis] + from) * inner + position % inner
            }
            #expect(
                found == moved.gathered(axis: target, [channel]).elements.map { Int($0) }, "\(operation) of \(lengths)")
        }
    }
}
