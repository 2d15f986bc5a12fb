import Graphs
@testable import Networks
import Tensors
import TestSupport
import Testing

/// Concatenations whose inputs are computed in their place, and those that have to copy.
@Suite struct Concatenations {
    /// Graphs over images of 8 × 6 × 3, in either data format.
    private struct Sketch {
        let format: DataFormat
        var graph = Graph()
        let input: TensorID

        init(_ format: DataFormat = .channelsLast) throws {
            self.format = format
            input = try graph.input(format == .channelsLast ? [8, 6, 3] : [3, 8, 6])
        }

        var axis: Int { format == .channelsLast ? 2 : 0 }

        mutating func add(_ operation: Operation, _ inputs: TensorID...) throws -> TensorID {
            try add(operation, inputs)
        }

        mutating func add(_ operation: Operation, _ inputs: [TensorID]) throws -> TensorID {
            try graph.add("layer\(graph.layers.count)", operation, inputs)
        }

        mutating func conv(_ filters: Int, _ size: Int, _ input: TensorID, _ activation: Activation = .rectifier) throws
            -> TensorID
        {
            try add(.convolution(Convolution(filters: filters, window: window(size), activation: activation)), input)
        }

        mutating func join(_ inputs: TensorID...) throws -> TensorID {
            try add(.concatenate(Concatenate(axis: axis)), inputs)
        }

        func window(_ size: Int, stride: Int = 1) -> Window {
            Window(size: [size, size], strides: [stride, stride], padding: .same, dataFormat: format)
        }
        func pool(_ kind: PoolingKind, stride: Int = 1) -> Operation {
            .pooling(Pooling(kind, window: window(stride == 1 ? 3 : 2, stride: stride)))
        }
    }

    /// Expects the layers' names of copies to be as many as `copies`, and the same results as the reference's.
    private func check(
        _ outputs: [TensorID], of sketch: Sketch, copies: Int, sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        var graph = sketch.graph
        graph.outputs = outputs
        let images = Tensor.random([3] + (sketch.format == .channelsLast ? [8, 6, 3] : [3, 8, 6]), seed: 5)
        let network = try Network(graph), found = try network.run([images])
        #expect(
            try network.kernels(batch: 3).count { $0.kernel == "concatenate" } == copies, sourceLocation: sourceLocation
        )
        let expected = try Network(graph, options: NetworkOptions(backend: .reference)).run([images])
        for (a, b) in zip(found, expected) { #expect(a.deviation(from: b) < 1e-5, sourceLocation: sourceLocation) }
        #expect(
            try Network(graph, options: NetworkOptions(threads: 3)).run([images])
                == Network(graph, options: NetworkOptions(threads: 1)).run([images]), sourceLocation: sourceLocation)
    }

    @Test(
        "The branches of an Inception block write their channels where the next block reads them",
        arguments: [DataFormat.channelsLast, .channelsFirst])
    func inception(format: DataFormat) throws {
        var s = try Sketch(format), x = s.input
        for _ in 0..<2 {
            let deep = try s.conv(21, 3, s.conv(7, 1, x)), pooled = try s.conv(5, 1, s.add(s.pool(.average), x))
            let separable = try s.add(
                .separable(SeparableConvolution(filters: 9, multiplier: 2, window: s.window(3))), x)
            x = try s.join(s.conv(16, 1, x), deep, separable, pooled, s.add(s.pool(.max), x))
        }
        // The model's input is where the caller has it; pooled, it is not.
        try check([x], of: s, copies: 0)
    }

    @Test(
        "A skip connection, which the pooling reads too, is copied to what the decoder computes in its place",
        arguments: [DataFormat.channelsLast, .channelsFirst])
    func skip(format: DataFormat) throws {
        var s = try Sketch(format)
        let skip = try s.conv(13, 3, s.input), bottom = try s.conv(11, 3, s.add(s.pool(.max, stride: 2), skip))
        let up = try s.add(.upsampling(UpSampling(factors: [2, 2], dataFormat: format)), bottom)
        try check([s.conv(4, 3, s.join(up, skip))], of: s, copies: 1)
    }

    @Test(
        "A block of concatenations of concatenations is one tensor that grows",
        arguments: [DataFormat.channelsLast, .channelsFirst])
    func growth(format: DataFormat) throws {
        var s = try Sketch(format), x = try s.conv(8, 3, s.input)
        for _ in 0..<4 {
            let norm = try s.add(
                .activation(.rectifier), s.add(.batchNormalization(BatchNormalization(axis: s.axis)), x))
            x = try s.join(x, s.conv(6, 3, norm, .linear))
        }
        try check([s.conv(3, 1, x)], of: s, copies: 0)
    }

    @Test("Sums and dense layers write their slices as well")
    func others() throws {
        var s = try Sketch()
        let a = try s.conv(9, 3, s.input), b = try s.conv(9, 1, s.input),
            sum = try s.add(.merge(Merge(.multiply)), a, b)
        try check([s.conv(4, 1, s.join(sum, s.conv(5, 3, a), b))], of: s, copies: 1)
        let flat = try s.add(.flatten(.channelsLast), a),
            left = try s.add(.dense(Dense(units: 7, activation: .rectifier)), flat)
        let right = try s.add(.dense(Dense(units: 5)), flat),
            joined = try s.add(.concatenate(Concatenate(axis: 0)), left, right)
        try check([s.add(.dense(Dense(units: 3)), joined)], of: s, copies: 0)
    }

    @Test("Pooled convolutions write their slices as well", arguments: [DataFormat.channelsLast, .channelsFirst])
    func pooled(format: DataFormat) throws {
        var s = try Sketch(format)
        let x = try s.conv(40, 1, s.input), a = try s.add(s.pool(.max, stride: 2), s.conv(64, 3, x)),
            b = try s.add(s.pool(.average, stride: 2), x)
        try check([s.conv(4, 1, s.join(b, a))], of: s, copies: 0)
    }

    @Test("What cannot lie in its place is copied")
    func copied() throws {
        var s = try Sketch()
        let a = try s.conv(9, 3, s.input), b = try s.conv(9, 1, s.input)
        // Twice in one; what two want; a reader that wants it whole; the wrong axis; the caller's memory.
        try check([s.join(a, a, b)], of: s, copies: 2)
        try check([s.join(a, b), s.join(b, a)], of: s, copies: 4)
        // Read by others, and not by a chain.
        try check([s.join(a, b), s.conv(3, 1, a)], of: s, copies: 1)
        try check([s.join(a, b), s.add(.flatten(.channelsLast), a)], of: s, copies: 1)
        try check([s.add(.concatenate(Concatenate(axis: 0)), a, b)], of: s, copies: 2)
        try check([s.join(s.input, b)], of: s, copies: 1)
        // An activation that is a kernel of its own; a residual sum.
        try check([s.join(s.conv(4, 1, s.input, .tanh), b)], of: s, copies: 1)
        try check([s.join(s.add(.merge(Merge(.add)), s.conv(9, 3, b, .linear), b), a)], of: s, copies: 1)
    }

    @Test("What is read again behind the concatenation is not worked on in its place")
    func late() throws {
        var s = try Sketch()
        let a = try s.conv(9, 3, s.input), b = try s.conv(6, 1, s.input),
            joined = try s.conv(4, 1, s.join(s.join(a, b), s.conv(3, 1, a)))
        let again = try s.add(.activation(.tanh), s.add(.batchNormalization(BatchNormalization(axis: 2)), a))
        try check([joined, again], of: s, copies: 0)
    }

    @Test(
        "A sum of one tensor hands it on, so that it is not a slice for layers that read none",
        arguments: [DataFormat.channelsLast, .channelsFirst])
    func handedOn(format: DataFormat) throws {
        var s = try Sketch(format)
        let a = try s.conv(9, 3, s.input), b = try s.conv(6, 1, s.input),
            joined = try s.conv(4, 1, s.join(s.join(a, b), s.conv(3, 1, b)))
        let flat = try s.add(.flatten(format), s.add(.merge(Merge(.add)), a))
        try check([joined, s.add(.dense(Dense(units: 5)), flat)], of: s, copies: 1)
    }

    @Test("Tapped tensors are returned out of the concatenation", arguments: [DataFormat.channelsLast, .channelsFirst])
    func tapped(format: DataFormat) throws {
        var s = try Sketch(format)
        let a = try s.conv(5, 3, s.input), b = try s.conv(6, 1, s.input), joined = try s.join(a, b)
        try check([a, s.conv(3, 1, joined), b, joined], of: s, copies: 0)
    }

    @Test("Random graphs of concatenations compute what the reference does", arguments: 1...60)
    func random(seed: Int) throws {
        var random = SeededGenerator(seed: UInt64(seed))
        func below(_ count: Int) -> Int { min(count - 1, Int(random.uniform() * Float(count))) }
        var s = try Sketch(seed % 2 == 0 ? .channelsLast : .channelsFirst), tensors = [s.input]
        for _ in 0..<14 {
            // Rather what came last, so that chains grow.
            func any() -> TensorID { tensors[max(below(tensors.count), below(tensors.count))] }
            let x = any(), activation: Activation = [.linear, .rectifier, .tanh][below(3)]
            let made =
                switch below(10) {
                case 0, 1: try s.conv(1 + below(20), 1 + 2 * below(2), x, activation)
                case 2: try s.add(.depthwise(DepthwiseConvolution(multiplier: 1 + below(2), window: s.window(3))), x)
                case 3: try s.add(.batchNormalization(BatchNormalization(axis: s.axis)), x)
                case 4: try s.add(s.pool(below(2) == 0 ? .max : .average), x)
                case 5:
                    try s.add(
                        .merge(Merge([.add, .multiply, .average][below(3)])), s.conv(6, 1, x), s.conv(6, 1, any()))
                case 6: try s.add(.activation([.rectifier, .tanh][below(2)]), x)
                default: try s.add(.concatenate(Concatenate(axis: s.axis)), (0...below(4)).map { _ in any() })
                }
            tensors.append(made)
        }
        var graph = s.graph
        graph.outputs = [tensors[tensors.count - 1], tensors[below(tensors.count)]]
        let images = Tensor.random([2] + (s.format == .channelsLast ? [8, 6, 3] : [3, 8, 6]), seed: UInt64(seed))
        let expected = try Network(graph, options: NetworkOptions(backend: .reference)).run([images])
        for options in [
            NetworkOptions(threads: 2), NetworkOptions(threads: 1, convolutions: .direct),
            NetworkOptions(backend: .openblas),
        ] {
            for (a, b) in try zip(Network(graph, options: options).run([images]), expected) {
                #expect(a.deviation(from: b) < 1e-4, "seed \(seed)")
            }
        }
    }
}
