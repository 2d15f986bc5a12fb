import Tensors
import Testing

@Suite struct Gathering {
    let counting = Tensor(shape: [2, 3, 2], (0..<12).map(Float.init))

    @Test("Slices come in the order asked for, and as often")
    func orderAndRepeats() {
        #expect(
            counting.gathered(axis: 0, [1, 0]) == Tensor(shape: [2, 3, 2], [6, 7, 8, 9, 10, 11, 0, 1, 2, 3, 4, 5]))
        #expect(counting.gathered(axis: 1, [2, 2]) == Tensor(shape: [2, 2, 2], [4, 5, 4, 5, 10, 11, 10, 11]))
        #expect(counting.gathered(axis: 2, [1]) == Tensor(shape: [2, 3, 1], [1, 3, 5, 7, 9, 11]))
    }

    @Test("No slices make the axis 0 long")
    func none() {
        #expect(counting.gathered(axis: 1, []) == Tensor(shape: [2, 0, 2]))
        #expect(Tensor(shape: [0, 3]).gathered(axis: 1, [2, 0]).shape == [0, 2])
    }

    @Test("An axis or index outside the shape is a broken call")
    func outside() async {
        await #expect(processExitsWith: .failure) { _ = Tensor([1, 2]).gathered(axis: 1, [0]) }
        await #expect(processExitsWith: .failure) { _ = Tensor([1, 2]).gathered(axis: 0, [2]) }
        await #expect(processExitsWith: .failure) { _ = Tensor([1, 2]).gathered(axis: 0, [-1]) }
    }

    @Test("Gathering agrees with picking element by element", arguments: 1...20)
    func random(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let shape = (0..<Int.random(in: 1...4, using: &generator)).map { _ in Int.random(in: 1...4, using: &generator) }
        let tensor = Tensor(shape: shape, (0..<Tensor.count(of: shape)).map { _ in generator.uniform() })
        let axis = Int.random(in: shape.indices, using: &generator)
        let indices = (0..<Int.random(in: 0...5, using: &generator)).map { _ in
            Int.random(in: 0..<shape[axis], using: &generator)
        }
        let result = tensor.gathered(axis: axis, indices)
        for position in 0..<result.count {
            var place = result.place(of: position)
            place[axis] = indices[place[axis]]
            #expect(
                result[position] == tensor[tensor.position(of: place)],
                "shape \(shape), axis \(axis), indices \(indices)")
        }
    }
}

@Suite struct Transposing {
    @Test("The transpose of a matrix")
    func matrix() {
        #expect(
            Tensor(shape: [2, 3], [1, 2, 3, 4, 5, 6]).transposed([1, 0]) == Tensor(shape: [3, 2], [1, 4, 2, 5, 3, 6]))
    }

    @Test("Scalars and empty tensors have transposes")
    func degenerate() {
        #expect(Tensor(shape: [], [4]).transposed([]) == Tensor(shape: [], [4]))
        #expect(Tensor(shape: [3, 0, 2]).transposed([2, 0, 1]) == Tensor(shape: [2, 3, 0]))
    }

    @Test("Orders that miss or repeat an axis are broken calls")
    func brokenOrder() async {
        await #expect(processExitsWith: .failure) { _ = Tensor(shape: [2, 2]).transposed([0]) }
        await #expect(processExitsWith: .failure) { _ = Tensor(shape: [2, 2]).transposed([0, 0]) }
    }

    @Test("Element by element, and back again by the inverse order", arguments: 1...20)
    func random(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let shape = (0..<Int.random(in: 1...5, using: &generator)).map { _ in Int.random(in: 1...4, using: &generator) }
        let tensor = Tensor(shape: shape, (0..<Tensor.count(of: shape)).map { _ in generator.uniform() })
        let order = Array(shape.indices).shuffled(using: &generator)
        let result = tensor.transposed(order)
        for position in 0..<result.count {
            let place = result.place(of: position)
            let origin = shape.indices.map { axis in place[order.firstIndex(of: axis) ?? 0] }
            #expect(result[position] == tensor[tensor.position(of: origin)], "shape \(shape), order \(order)")
        }
        #expect(result.transposed(order.indices.map { order.firstIndex(of: $0) ?? 0 }) == tensor)
    }
}

extension Tensor {
    /// The index along each axis of a row-major position.
    fileprivate func place(of position: Int) -> [Int] {
        var rest = position
        return shape.reversed().map { length in
            defer { rest /= length }
            return rest % length
        }.reversed()
    }

    fileprivate func position(of place: [Int]) -> Int { zip(place, shape).reduce(0) { $0 * $1.1 + $1.0 } }
}
