import Tensors
import Testing

@Suite struct TensorValues {
    let counting = Tensor(shape: [2, 3], [0, 1, 2, 3, 4, 5])

    @Test("A copy keeps its elements when the original is written to, whichever way")
    func copyOnWrite() {
        var subscripted = counting, spanned = counting, pointed = counting
        let copies = [subscripted, spanned, pointed]
        subscripted[0] = 9
        spanned.withMutableSpan { $0[0] = 9 }
        unsafe pointed.withUnsafeMutableBuffer { unsafe $0[0] = 9 }
        for written in [subscripted, spanned, pointed] { #expect(written.elements == [9, 1, 2, 3, 4, 5]) }
        for copy in copies { #expect(copy.elements == [0, 1, 2, 3, 4, 5]) }
    }

    @Test("A reshaped tensor shares nothing that a write could reach")
    func reshapedIsAValue() {
        var flat = counting.reshaped([6])
        flat[5] = -1
        #expect(counting[5] == 5)
        #expect(flat.reshaped([3, 2]).shape == [3, 2])
        #expect(flat.elements == [0, 1, 2, 3, 4, -1])
    }

    @Test("A tensor alone with its storage is written in place")
    func uniqueStorage() {
        var tensor = Tensor(shape: [4])
        let before = unsafe tensor.withUnsafeBuffer { $0.baseAddress }
        tensor[1] = 2
        let after = unsafe tensor.withUnsafeBuffer { $0.baseAddress }
        #expect(unsafe before == after)
    }

    @Test("Storage starts on a cache line", arguments: [0, 1, 3, 17, 1000])
    func aligned(count: Int) {
        let tensor = Tensor(shape: [count])
        #expect(unsafe tensor.withUnsafeBuffer { Int(bitPattern: $0.baseAddress) } % 64 == 0)
    }

    @Test("A scalar has the empty shape and one element; an axis of 0 empties a tensor")
    func scalarAndEmpty() {
        #expect(Tensor(shape: [], [7]).count == 1)
        #expect(Tensor(shape: [3, 0, 2]).count == 0)
        #expect(Tensor([]).shape == [0])
        #expect(Tensor(shape: [2, 2], repeating: 1.5).elements == [1.5, 1.5, 1.5, 1.5])
    }

    @Test("Equality asks for the same shape; NaN equals nothing, itself included; the zeros are equal")
    func equality() {
        #expect(counting == Tensor(shape: [2, 3], [0, 1, 2, 3, 4, 5]))
        #expect(counting != counting.reshaped([3, 2]))
        let notANumber = Tensor([.nan])
        #expect(notANumber != notANumber)
        #expect(Tensor([0]) == Tensor([-0.0]))
        #expect(Tensor(shape: [0, 2]) != Tensor(shape: [2, 0]))
    }

    @Test("A position outside the elements ends the program instead of reading there")
    func outside() async {
        await #expect(processExitsWith: .failure) { _ = Tensor([1, 2])[2] }
        await #expect(processExitsWith: .failure) { _ = Tensor([1, 2])[-1] }
        await #expect(processExitsWith: .failure) {
            var tensor = Tensor([1, 2]); tensor[2] = 0
        }
    }

    @Test("Elements that do not fill the shape, and negative axes, are broken calls")
    func brokenShapes() async {
        await #expect(processExitsWith: .failure) { _ = Tensor(shape: [2, 2], [1, 2, 3]) }
        await #expect(processExitsWith: .failure) { _ = Tensor(shape: [-1, -4]) }
        await #expect(processExitsWith: .failure) { _ = Tensor([1, 2, 3]).reshaped([2]) }
    }
}

@Suite struct SeededSequences {
    @Test("SplitMix64 gives its published sequence")
    func known() {
        var zero = SeededGenerator(seed: 0), other = SeededGenerator(seed: 1_234_567)
        #expect(
            (0..<5).map { _ in zero.next() } == [
                0xE220_A839_7B1D_CDAF, 0x6E78_9E6A_A1B9_65F4, 0x06C4_5D18_8009_454F, 0xF88B_B8A8_724C_81EC,
                0x1B39_896A_51A8_749B,
            ])
        #expect(
            (0..<5).map { _ in other.next() } == [
                6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423,
                4_593_380_528_125_082_431, 16_408_922_859_458_223_821,
            ])
    }

    @Test("A uniform number is the upper 24 bits of the next one, from 0 to just below 1")
    func uniform() {
        var generator = SeededGenerator(seed: 3), twin = generator
        let numbers = (0..<10_000).map { _ in generator.uniform() }
        #expect(numbers[0] == Float(twin.next() >> 40) / 16_777_216)
        #expect(numbers.allSatisfy { $0 >= 0 && $0 < 1 })
        #expect(abs(numbers.reduce(0, +) / 10_000 - 0.5) < 0.02)
    }
}
