import Graphs
import Tensors
import TestSupport
import Testing

@Suite struct Reads {
    private func reads(
        _ operation: Graphs.Operation, _ weights: KeyValuePairs<WeightRole, Tensor>, on shape: TensorShape
    ) throws -> ChannelReads {
        var graph = Graph()
        _ = try graph.add(operation, [graph.add(.input(Input(shape: shape)))], weights: weights)
        return ChannelReads(graph, graph.nodes.lastID)
    }

    /// Two inputs, three units; unit 2 reads nothing, unit 1 reads input 1 alone.
    private var dense: ChannelReads {
        get throws {
            try reads(.dense(Dense(units: 3)), [.kernel: Tensor(shape: [2, 3], [1, 0, 0, 2, -3, 0])], on: [2])
        }
    }

    @Test("Norms: exactly 0 is told from below the threshold, which is exclusive")
    func norms() throws {
        #expect(try dense.writtenNorms(below: 0) == [2: true])
        #expect(try dense.writtenNorms(below: 3) == [2: true, 0: false])
        #expect(try dense.writtenNorms(below: 3.0001) == [2: true, 0: false, 1: false])
        #expect(try dense.writtenNorms(below: 2) == [2: true])
        let notANumber = try reads(.dense(Dense(units: 1)), [.kernel: Tensor(shape: [1, 1], [.nan])], on: [1])
        #expect(notANumber.writtenNorms(below: 1) == [:])
    }

    @Test("A channel is read where a used output has a weight for it")
    func read() throws {
        #expect(try dense.read(by: [true, false, false], zeroIsUnread: true) == [true, true])
        #expect(try dense.read(by: [false, true, false], zeroIsUnread: true) == [false, true])
        #expect(try dense.read(by: [false, true, false], zeroIsUnread: false) == [true, true])
        #expect(try dense.read(by: [false, false, true], zeroIsUnread: true) == [false, false])
        #expect(try dense.read(by: [false, false, false], zeroIsUnread: false) == [false, false])
    }

    @Test("Constants: what outputs make of them, how sure it is, and a weight of 0 before a live channel")
    func constants() throws {
        let found = try dense.constants(of: [.alive, .constant(2, .approximate)], zeroIsUnread: true)
        #expect(found.mapValues(\.sum) == [1: -6, 2: 0])
        #expect(found.mapValues(\.proof) == [1: .approximate, 2: .proven])
        #expect(try dense.constants(of: [.alive, .constant(2, .proven)], zeroIsUnread: false).isEmpty)
        let both = try dense.constants(of: [.constant(1, .observed), .constant(2, .proven)], zeroIsUnread: false)
        #expect(both.mapValues(\.sum) == [0: 5, 1: -6, 2: 0])
        #expect(both.mapValues(\.proof) == [0: .observed, 1: .observed, 2: .observed])
        #expect(try dense.constants(of: [.alive], zeroIsUnread: true).isEmpty)
    }

    @Test("Under zero padding only 0 is a constant")
    func padded() throws {
        let same = Window(size: [3], padding: .same), valid = Window(size: [3]),
            kernel = Tensor(shape: [3, 1, 1], [1, 2, 3])
        for (window, dependent) in [(same, true), (valid, false)] {
            let reads = try reads(.convolution(Convolution(filters: 1, window: window)), [.kernel: kernel], on: [9, 1])
            #expect(reads.isPositionDependent == dependent)
            #expect(reads.constants(of: [.constant(2, .proven)], zeroIsUnread: true)[0]?.sum == (dependent ? nil : 12))
            #expect(reads.constants(of: [.constant(0, .proven)], zeroIsUnread: true)[0]?.sum == 0)
        }
    }

    @Test("A transposed convolution stands for its position unless it has one tap per output")
    func transposedPositions() throws {
        func dependent(_ window: Window, _ padding: [Int]? = nil) throws -> Bool {
            let layer = TransposedConvolution(filters: 1, window: window, outputPadding: padding)
            return try reads(.transposed(layer), [.kernel: Tensor(shape: window.size + [1, 1])], on: [4, 1])
                .isPositionDependent
        }
        #expect(try dependent(Window(size: [2], strides: [2])))
        #expect(try dependent(Window(size: [1], strides: [2])))
        #expect(try dependent(Window(size: [1]), [1]))
        #expect(try !dependent(Window(size: [1])))
    }

    @Test("A grouped convolution's outputs read the channels of their group")
    func grouped() throws {
        // Kernel 1 × 2 × 4: outputs 0 and 1 read channels 0 and 1, outputs 2 and 3 read 2 and 3.
        let kernel = Tensor(shape: [1, 2, 4], [1, 2, 3, 4, 0, 6, 7, 0])
        let reads = try reads(
            .convolution(Convolution(filters: 4, window: Window(size: [1]), groups: 2)), [.kernel: kernel], on: [5, 4])
        #expect((reads.inputs, reads.outputs) == (4, 4))
        #expect(reads.read(by: [true, false, false, false], zeroIsUnread: true) == [true, false, false, false])
        #expect(reads.read(by: [false, false, true, false], zeroIsUnread: true) == [false, false, true, true])
        #expect(reads.contribution(of: [1: 10, 2: 100]) == [0, 60, 300, 400])
    }

    @Test("Depthwise taps that sum to 0 are read all the same, and contribute nothing where nothing is padded")
    func cancellingTaps() throws {
        // Channel 0: taps 1 and −1. Channel 1: no taps at all. Channel 2: taps 2 and 3.
        let depthwise = Tensor(shape: [2, 3, 1], [1, 0, 2, -1, 0, 3]),
            pointwise = Tensor(shape: [1, 3, 2], [1, 0, 1, 1, 0, 1])
        let layer = SeparableConvolution(filters: 2, window: Window(size: [2]))
        let reads = try reads(
            .separable(layer), [.depthwiseKernel: depthwise, .pointwiseKernel: pointwise], on: [5, 3])
        #expect(reads.read(by: [true, true], zeroIsUnread: true) == [true, false, true])
        #expect(reads.contribution(of: [0: 7, 1: 7, 2: 7]) == [0, 35])
        let found = reads.constants(of: [.constant(7, .proven), .alive, .constant(7, .proven)], zeroIsUnread: true)
        #expect(found.mapValues(\.sum) == [0: 0, 1: 35])
        // Output 0 reads channel 0, alive, though a constant there would cancel.
        #expect(reads.constants(of: [.alive, .alive, .constant(1, .proven)], zeroIsUnread: true).keys.sorted() == [1])
    }

    @Test("A filter that reads only channels without depthwise taps has a norm of 0")
    func unfedNorm() throws {
        let depthwise = Tensor(shape: [2, 2, 1], [0, 1, 0, 1]), pointwise = Tensor(shape: [1, 2, 2], [5, 5, 0, 3])
        let reads = try reads(
            .separable(SeparableConvolution(filters: 2, window: Window(size: [2]))),
            [.depthwiseKernel: depthwise, .pointwiseKernel: pointwise], on: [5, 2])
        #expect(reads.writtenNorms(below: 1) == [0: true])
    }

    @Test("Contributions agree with summing the kernel by hand, for every kind", arguments: 1...20)
    func random(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let groups = Int.random(in: 1...3, using: &generator),
            inputs = groups * Int.random(in: 1...3, using: &generator)
        let outputs = groups * Int.random(in: 1...3, using: &generator),
            multiplier = Int.random(in: 1...3, using: &generator)
        let values = (0..<inputs).map { _ in Double(generator.uniform()) }
        let constants = Dictionary(uniqueKeysWithValues: values.enumerated().map { ($0.offset, $0.element) })
        let window = Window(size: [2, 3])
        func expect(
            _ operation: Graphs.Operation, _ weights: KeyValuePairs<WeightRole, Tensor>,
            _ weight: (_ input: Int, _ output: Int) -> Double
        ) throws {
            let reads = try reads(operation, weights, on: [5, 5, inputs])
            let expected = (0..<outputs).map { output in
                (0..<inputs).reduce(0.0) { $0 + values[$1] * weight($1, output) }
            }
            for (a, b) in zip(reads.contribution(of: constants), expected) { #expect(abs(a - b) < 1e-5) }
            let sums = reads.constants(of: values.map { .constant($0, .proven) }, zeroIsUnread: true)
            for output in 0..<outputs where !reads.isPositionDependent {
                #expect(abs((sums[output]?.sum ?? .nan) - expected[output]) < 1e-5)
            }
        }
        let taps = 0..<6
        let kernel = Tensor.random([2, 3, inputs / groups, outputs], &generator)
        try expect(.convolution(Convolution(filters: outputs, window: window, groups: groups)), [.kernel: kernel]) {
            input, output in
            let row = input - output / (outputs / groups) * (inputs / groups)
            guard (0..<inputs / groups).contains(row) else { return 0 }
            return taps.reduce(0) { $0 + Double(kernel[($1 * (inputs / groups) + row) * outputs + output]) }
        }
        let transposed = Tensor.random([2, 3, outputs, inputs], &generator)
        try expect(.transposed(TransposedConvolution(filters: outputs, window: window)), [.kernel: transposed]) {
            input, output in
            taps.reduce(0) { $0 + Double(transposed[($1 * outputs + output) * inputs + input]) }
        }
        let deep = Tensor.random([2, 3, inputs, multiplier], &generator),
            point = Tensor.random([1, 1, inputs * multiplier, outputs], &generator)
        let separable = SeparableConvolution(filters: outputs, multiplier: multiplier, window: window)
        try expect(.separable(separable), [.depthwiseKernel: deep, .pointwiseKernel: point]) { input, output in
            (0..<multiplier).reduce(0) { total, m in
                total + taps.reduce(0) { $0 + Double(deep[($1 * inputs + input) * multiplier + m]) }
                    * Double(point[(input * multiplier + m) * outputs + output])
            }
        }
    }
}
