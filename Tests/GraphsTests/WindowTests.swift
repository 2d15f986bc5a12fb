import Graphs
import Tensors
import TestSupport
import Testing

@Suite struct WindowPositions {
    /// Length, size, stride, dilation; what Keras's Conv1D says for valid and for same.
    static let table: [([Int], valid: Int, same: Int)] = [
        ([7, 3, 1, 1], 5, 7), ([7, 3, 2, 1], 3, 4), ([8, 3, 2, 1], 3, 4), ([8, 2, 3, 1], 3, 3),
        ([9, 3, 1, 3], 3, 9), ([9, 3, 1, 4], 1, 9), ([5, 5, 4, 1], 1, 2),
    ]

    @Test("Positions are Keras's", arguments: table)
    func keras(numbers: [Int], valid: Int, same: Int) {
        for (padding, expected) in [(Padding.valid, valid), (.same, same), (.causal, same)] {
            let window = Window(size: [numbers[1]], strides: [numbers[2]], dilation: [numbers[3]], padding: padding)
            #expect(window.positions(along: 0, length: numbers[0]) == expected)
        }
    }

    @Test("Same padding gives the odd zero to the end, causal all of them to the beginning")
    func paddingAmounts() {
        #expect(Window(size: [2], padding: .same).paddingAmounts(along: 0, length: 5) == (0, 1))
        #expect(Window(size: [3], strides: [2], padding: .same).paddingAmounts(along: 0, length: 8) == (0, 1))
        #expect(Window(size: [3], strides: [2], padding: .same).paddingAmounts(along: 0, length: 7) == (1, 1))
        #expect(Window(size: [1], strides: [2], padding: .same).paddingAmounts(along: 0, length: 8) == (0, 0))
        #expect(Window(size: [3], dilation: [4], padding: .causal).paddingAmounts(along: 0, length: 2) == (8, 0))
        #expect(Window(size: [3], padding: .valid).paddingAmounts(along: 0, length: 2) == (0, 0))
    }

    @Test("Positions and padding agree with sliding a window by hand", arguments: 1...200)
    func byHand(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        func number(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &generator) }
        let n = number(1...30), k = number(1...6), s = number(1...5), d = number(1...4)
        let note: Comment = "length \(n), size \(k), stride \(s), dilation \(d)"
        let taps = (0..<k).map { $0 * d }, starts = stride(from: 0, to: n, by: s)
        let valid = Window(size: [k], strides: [s], dilation: [d])
        #expect(valid.effectiveSize(along: 0) == taps[k - 1] + 1)
        #expect(
            valid.positions(along: 0, length: n) == starts.count { start in taps.allSatisfy { start + $0 < n } }, note)
        let same = Window(size: [k], strides: [s], dilation: [d], padding: .same)
        #expect(same.positions(along: 0, length: n) == Array(starts).count, note)
        let total = max(0, (Array(starts).last ?? 0) + taps[k - 1] + 1 - n),
            amounts = same.paddingAmounts(along: 0, length: n)
        #expect(amounts.before + amounts.after == total && (0...1).contains(amounts.after - amounts.before), note)
    }

    @Test("A window is padded where some position reads outside; an unknown length may be")
    func isPadded() {
        let same = Window(size: [3, 3], padding: .same)
        #expect(same.isPadded([8, 8, 4]))
        #expect(same.isPadded([nil, 8, 4]))
        #expect(same.isPadded(nil))
        #expect(!Window(size: [3, 3]).isPadded(nil))
        #expect(!Window(size: [1, 1], strides: [2, 2], padding: .same).isPadded([7, 7, 4]))
        #expect(!Window(size: [2, 2], strides: [2, 2], padding: .same).isPadded([8, 6, 4]))
        #expect(Window(size: [2, 2], strides: [2, 2], padding: .same).isPadded([8, 7, 4]))
        #expect(
            !Window(size: [2, 2], strides: [2, 2], padding: .same, dataFormat: .channelsFirst).isPadded([5, 8, 6]))
        #expect(Window(size: [2], padding: .causal).isPadded([8, 1]))
    }
}

@Suite struct TransposedLengths {
    /// Size, stride, dilation, output padding; what Keras's Conv1DTranspose makes of 5 for valid and for same.
    static let table: [(Int, Int, Int, Int?, valid: Int, same: Int)] = [
        (3, 1, 1, nil, 7, 5), (3, 2, 1, nil, 11, 10), (2, 3, 1, nil, 15, 15), (4, 2, 1, nil, 12, 10),
        (3, 2, 1, 1, 12, 10),
        (4, 3, 1, 0, 16, 12), (5, 2, 1, 1, 14, 10), (3, 1, 2, nil, 9, 5), (3, 1, 2, 0, 9, 5),
    ]

    @Test("Lengths are Keras's, with output padding and without", arguments: table)
    func keras(size: Int, stride: Int, dilation: Int, outputPadding: Int?, valid: Int, same: Int) throws {
        for (padding, expected) in [(Padding.valid, valid), (.same, same)] {
            let window = Window(size: [size], strides: [stride], dilation: [dilation], padding: padding)
            let layer = TransposedConvolution(filters: 2, window: window, outputPadding: outputPadding.map { [$0] })
            #expect(try shape(.transposed(layer), [.kernel: [size, 2, 3], .bias: [2]], on: [5, 3]) == [expected, 2])
        }
    }

    @Test("Two axes, channels first, and axes that are unknown")
    func formats() throws {
        let window = Window(size: [2, 3], strides: [2, 1], dataFormat: .channelsFirst)
        let layer = Graphs.Operation.transposed(TransposedConvolution(filters: 4, window: window))
        #expect(try shape(layer, [.kernel: [2, 3, 4, 3]], on: [3, 5, 6]) == [4, 10, 8])
        #expect(try shape(layer, [.kernel: [2, 3, 4, 3]], on: [nil, nil, 6]) == [4, nil, 8])
        #expect(try shape(layer, [.kernel: [2, 3, 4, 3]], on: nil) == [4, nil, nil])
    }
}
