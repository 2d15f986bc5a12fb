import TestSupport
import Testing
@testable import Kernels

@Suite struct Loops {
    /// Axes in random order with random lengths: what a transposition does, by naive index arithmetic.
    @Test("A strided copy transposes like a naive loop, in blocks too", arguments: 1...40)
    func transposition(seed: Int) {
        var dice = Dice(seed)
        let rank = dice.int(1...5), lengths = (0..<rank).map { _ in dice.int(1...9) }
        var order = Array(0..<rank)
        for i in order.indices { order.swapAt(i, dice.int(i...rank - 1)) }
        let count = lengths.reduce(1, *), input = dice.floats(count)
        let from = rowMajor(lengths), outputLengths = order.map { lengths[$0] }, to = rowMajor(outputLengths)
        let loop = NestedLoop(
            lengths: outputLengths, strides: order.indices.map { .init(output: to[$0], first: from[order[$0]]) })
        let expected = (0..<count).map { position in
            input[order.indices.reduce(0) { $0 + position / to[$1] % outputLengths[$1] * from[order[$1]] }]
        }
        #expect(execute(CopyKernel("transpose", loop), input, count: count) == expected, "seed \(seed)")
    }

    @Test("A long loop is cut into units that cover it once")
    func units() {
        let lengths = [7, 101, 67], strides = rowMajor(lengths), count = 7 * 101 * 67
        let loop = NestedLoop(
            lengths: [101, 7, 67], strides: [1, 0, 2].map { .init(output: strides[$0], first: strides[$0]) })
        #expect(loop.units == 3)
        let input = (0..<count).map { Float($0) }
        #expect(execute(CopyKernel("copy", loop), input, count: count, workers: 2) == input)
    }

    @Test("Adjoining axes become one, axes of length 1 none")
    func joining() {
        let loop = NestedLoop(lengths: [2, 1, 3, 4], strides: [12, 99, 4, 1].map { .init(output: $0, first: $0) })
        #expect(loop.run == 24 && loop.steps == .init(output: 1, first: 1))
    }

    private func rowMajor(_ lengths: [Int]) -> [Int] { lengths.indices.map { lengths[($0 + 1)...].reduce(1, *) } }
}

@Suite struct Elementwise {
    private let pair = NestedLoop(
        lengths: [2, 3], strides: [.init(output: 3, first: 3, second: 0), .init(output: 1, first: 1, second: 1)])

    @Test("Two tensors combine, the second repeated")
    func binary() {
        let a: [Float] = [1, 2, 3, 4, 5, 6], b: [Float] = [2, 3, 4]
        #expect(execute(BinaryKernel(.add, pair), a, b, count: 6) == [3, 5, 7, 6, 8, 10])
        #expect(execute(BinaryKernel(.subtract, pair), a, b, count: 6) == [-1, -1, -1, 2, 2, 2])
        #expect(execute(BinaryKernel(.multiply, pair), a, b, count: 6) == [2, 6, 12, 8, 15, 24])
        #expect(execute(BinaryKernel(.maximum, pair), a, b, count: 6) == [2, 3, 4, 4, 5, 6])
        #expect(execute(BinaryKernel(.minimum, pair), a, b, count: 6) == [1, 2, 3, 2, 3, 4])
    }

    @Test("Scale and shift follow their own strides; a fixed one and a strided one too")
    func affine() {
        let kernel = AffineKernel("affine", pair, scale: AlignedFloats([1, 2, 3]), shift: AlignedFloats([0, 0.5, 1]))
        #expect(execute(kernel, [1, 2, 3, 4, 5, 6], count: 6) == [1, 4.5, 10, 4, 10.5, 19])
        let rows = NestedLoop(
            lengths: [2, 3], strides: [.init(output: 3, first: 3, second: 1), .init(output: 1, first: 1, second: 0)])
        let perRow = AffineKernel("affine", rows, scale: AlignedFloats([1, 10]), shift: AlignedFloats([0, 1]))
        #expect(execute(perRow, [1, 2, 3, 4, 5, 6], count: 6) == [1, 2, 3, 41, 51, 61])
        let across = NestedLoop(
            lengths: [3, 2], strides: [.init(output: 1, first: 1, second: 1), .init(output: 3, first: 3, second: 0)])
        let strided = AffineKernel(
            "affine", across, scale: AlignedFloats([1, 2, 3]), shift: AlignedFloats([0, 0.5, 1]))
        #expect(execute(strided, [1, 2, 3, 4, 5, 6], count: 6) == [1, 4.5, 10, 4, 10.5, 19])
    }

    @Test("Broadcast tensors combine as single numbers do, in every instruction set", arguments: 1...40)
    func broadcast(seed: Int) {
        var dice = Dice(seed)
        let lengths = [dice.int(1...3), dice.int(1...9), dice.int(1...70)], count = lengths.reduce(1, *),
            strides = rowMajor(lengths)
        let repeated = lengths.indices.map { _ in dice.int(0...1) == 0 }
        let kept = rowMajor(lengths.indices.map { repeated[$0] ? 1 : lengths[$0] })
        let loop = NestedLoop(
            lengths: lengths,
            strides: lengths.indices.map {
                .init(output: strides[$0], first: strides[$0], second: repeated[$0] ? 0 : kept[$0])
            })
        let edges: [Float] = [.nan, .infinity, -.infinity, 0, -0.0, .leastNonzeroMagnitude]
        func numbers(_ count: Int) -> [Float] {
            dice.floats(count).map { dice.int(0...19) == 0 ? edges[dice.int(0...5)] : $0 }
        }
        let a = numbers(count), b = numbers(count), c = numbers(count)
        let places = (0..<count).map { position in
            lengths.indices.reduce(0) { $0 + (repeated[$1] ? 0 : position / strides[$1] % lengths[$1] * kept[$1]) }
        }
        let formulas: [(BinaryKernel.Operator, (Float, Float) -> Float)] = [
            (.add, { $0 + $1 }), (.subtract, { $0 - $1 }), (.multiply, { $0 * $1 }),
            (.maximum, { $0.isNaN || $1.isNaN ? .nan : max($0, $1) }),
            (.minimum, { $0.isNaN || $1.isNaN ? .nan : min($0, $1) }),
        ]
        func same(_ found: [Float], _ expected: [Float]) -> Bool {
            zip(found, expected).allSatisfy { $0 == $1 || $0.isNaN && $1.isNaN }
        }
        for set in InstructionSet.available {
            for (operation, formula) in formulas {
                let found = execute(BinaryKernel(operation, loop, set: set), a, b, count: count)
                #expect(
                    same(found, (0..<count).map { formula(a[$0], b[places[$0]]) }),
                    "seed \(seed): \(operation), \(set.name), \(lengths)")
            }
            let affine = execute(
                AffineKernel("affine", loop, scale: AlignedFloats(b), shift: AlignedFloats(c), set: set), a,
                count: count)
            #expect(
                same(affine, (0..<count).map { a[$0] * b[places[$0]] + c[places[$0]] }),
                "seed \(seed): \(set.name), \(lengths)")
        }
    }

    private func rowMajor(_ lengths: [Int]) -> [Int] { lengths.indices.map { lengths[($0 + 1)...].reduce(1, *) } }

    @Test("PReLU has a slope of its own for each element")
    func slopes() {
        #expect(
            execute(SlopeKernel(pair, slopes: AlignedFloats([0.5, 0, 2])), [-1, -1, -1, 1, 2, 3], count: 6) == [
                -0.5, 0, -2, 1, 2, 3,
            ])
    }

    @Test("Rectifiers keep their corners, NaN and infinities")
    func rectifier() {
        let relu6 = PointwiseKernel(.rectifier(Rectifier(maximum: 6)), count: 5)
        let result = execute(relu6, [-.infinity, -1, 3, .infinity, .nan], count: 5)
        #expect(result.dropLast() == [0, 0, 3, 6] && result[4].isNaN)
        #expect(
            execute(
                PointwiseKernel(.thresholdedRectifier(threshold: 1, slope: 0.5, maximum: 3), count: 4), [0, 1, 2, 4],
                count: 4) == [-0.5, 0, 2, 3])
    }

    @Test("No function swallows a NaN")
    func nan() {
        let functions: [PointwiseFunction] = [
            .rectifier(Rectifier(slope: 0.1)), .thresholdedRectifier(threshold: 1, slope: 0, maximum: 6),
            .elu(scale: 1, alpha: 1, divisor: 1),
            .clippedLinear(slope: 1, offset: 0, lower: 0, upper: 1), .sigmoid, .tanh, .exponential, .softplus,
            .softsign, .swish, .hardSwish, .gelu,
            .geluByTanh, .mish, .logSigmoid, .tanhShrink, .hardShrink(0.5), .softShrink(0.5), .threshold(0, value: 1),
            .squareplus(4), .sparsePlus,
        ]
        for function in functions {
            #expect(execute(PointwiseKernel(function, count: 1), [.nan], count: 1)[0].isNaN, "\(function)")
        }
    }
}

@Suite struct Rows {
    @Test("Softmax and its relatives agree with the formulas in Float64", arguments: 1...20)
    func softmax(seed: Int) {
        var dice = Dice(seed)
        let rows = dice.int(1...5), length = dice.int(1...200), input = dice.floats(rows * length).map { $0 * 20 }
        var softmax: [Float] = [], logarithm: [Float] = []
        for row in 0..<rows {
            let x = input[row * length..<(row + 1) * length].map(Double.init), top = x.max() ?? 0
            let exps = x.map { exponential($0 - top) }, sum = exps.reduce(0, +)
            softmax += exps.map { Float($0 / sum) }
            logarithm += x.map { Float($0 - top - logarithmOf(sum)) }
        }
        for set in InstructionSet.available {
            #expect(
                deviation(
                    execute(SoftmaxKernel(.softmax, rows: rows, length: length, set: set), input, count: input.count),
                    softmax) < 1e-6)
            #expect(
                deviation(
                    execute(
                        SoftmaxKernel(.logSoftmax, rows: rows, length: length, set: set), input, count: input.count),
                    logarithm) < 1e-6)
        }
    }

    @Test("Sparsemax of three scores, as Keras computes it")
    func sparsemax() {
        // Sums 1 and 1.5 are in the support, so the threshold is (2.5 − 1) / 2.
        let kernel = SoftmaxKernel(.sparsemax, rows: 2, length: 3)
        #expect(execute(kernel, [0.5, 1, -1, 3, 0, 1], count: 6) == [0, 0.25, 0, 1, 0, 0])
    }

    @Test("Layer normalization leaves mean 0 and variance 1, then scales and shifts")
    func layerNormalization() {
        let kernel = LayerNormalizationKernel(
            rows: 2, length: 2, epsilon: 0, gamma: AlignedFloats([2, 3]), beta: AlignedFloats([1, 0]))
        #expect(execute(kernel, [1, 3, -10, 10], count: 4) == [-1, 3, -1, 3])
        let uncentered = LayerNormalizationKernel(
            rows: 1, length: 2, epsilon: 0, centered: false, gamma: nil, beta: nil)
        #expect(execute(uncentered, [2, 6], count: 2) == [1, 3])
    }

    @Test("Bilinear upsampling samples between half-pixel centers and stays inside the border")
    func bilinear() {
        let kernel = BilinearKernel(images: 1, height: 1, width: 2, channels: 1, factors: (1, 2))
        #expect(execute(kernel, [0, 4], count: 4) == [0, 1, 3, 4])
        let vertical = BilinearKernel(images: 1, height: 2, width: 1, channels: 2, factors: (2, 1))
        #expect(execute(vertical, [0, 10, 4, 50], count: 8) == [0, 10, 1, 20, 3, 40, 4, 50])
    }
}
