import Graphs
import Networks
import Tensors
import TestSupport
import Testing

@Suite struct Fusion {
    private static let heads: [Operation] = [
        .convolution(Convolution(filters: 6, window: Window(size: [3, 3]), groups: 2)),
        .convolution(Convolution(filters: 6, window: Window(size: [1, 1], dataFormat: .channelsFirst))),
        .depthwise(DepthwiseConvolution(multiplier: 3, window: Window(size: [3, 3]))),
        .separable(SeparableConvolution(filters: 5, multiplier: 2, window: Window(size: [3, 3]))),
        .transposed(TransposedConvolution(filters: 5, window: Window(size: [3, 2], strides: [2, 2]))),
        .dense(Dense(units: 7)),
    ]

    private func graph(_ head: Operation, _ activation: Activation) throws -> (graph: Graph, inner: [TensorID]) {
        var graph = Graph()
        let input = try graph.input([6, 5, 4])
        let filtered = try graph.add("head", head, [input])
        let axis = if case let .convolution(c) = head, c.window.dataFormat == .channelsFirst { 0 } else { 2 }
        let normalized = try graph.add("norm", .batchNormalization(BatchNormalization(axis: axis)), [filtered])
        let activated = try graph.add("act", .activation(activation), [normalized])
        graph.outputs = [try graph.add("tail", .merge(Merge(.add)), [activated, activated])]
        return (graph, [filtered, normalized, activated])
    }

    @Test(
        "Folded batch normalizations and activations give what layer by layer gives", arguments: 0..<heads.count,
        [Activation.rectifier, .relu6, .relu(slope: 0.1), .swish, .relu(threshold: 0.1)])
    func agreement(head: Int, activation: Activation) throws {
        let (graph, _) = try graph(Self.heads[head], activation), images = Tensor.random([3, 6, 5, 4], seed: 11)
        let expected = try Network(graph, options: NetworkOptions(threads: 1, backend: .reference)).run([images])[0]
        #expect(
            try Network(graph, options: NetworkOptions(threads: 1, backend: .reference, fuses: true)).run([images])[0]
                .deviation(from: expected) < 1e-6)
        #expect(try Network(graph).run([images])[0].deviation(from: expected) < 1e-5)
    }

    @Test("A tapped tensor keeps its own values, and the rest is unchanged")
    func taps() throws {
        let (graph, inner) = try graph(Self.heads[0], .rectifier), images = Tensor.random([2, 6, 5, 4], seed: 5)
        let layered = try Network(graph, taps: inner, options: NetworkOptions(backend: .reference)).run([images])
        let fused = try Network(graph, taps: inner).run([images])
        #expect(fused.count == 4)
        for (a, b) in zip(fused, layered) { #expect(a.deviation(from: b) < 1e-5) }
        #expect(layered[1].elements.contains { $0 < 0 } && layered[3].elements.allSatisfy { $0 >= 0 })
        for (index, tap) in inner.enumerated() {
            let result = try Network(graph, taps: [tap]).run([images])
            #expect(
                result[0].deviation(from: layered[0]) < 1e-5 && result[1].deviation(from: layered[index + 1]) < 1e-5)
        }
    }

    @Test("A convolution that two layers read is not folded into either")
    func shared() throws {
        var graph = Graph()
        let input = try graph.input([4, 4, 2])
        let filtered = try graph.add(
            "head", .convolution(Convolution(filters: 3, window: Window(size: [1, 1]))), [input])
        let normalized = try graph.add("norm", .batchNormalization(BatchNormalization(axis: 2)), [filtered])
        let activated = try graph.add("act", .activation(.rectifier), [filtered])
        graph.outputs = [filtered, normalized, activated, filtered]
        let images = Tensor.random([1, 4, 4, 2], seed: 2)
        let expected = try Network(graph, options: NetworkOptions(backend: .reference)).run([images]),
            found = try Network(graph).run([images])
        #expect(found.count == 4 && found[0] == found[3])
        for (a, b) in zip(found, expected) { #expect(a.deviation(from: b) < 1e-5) }
    }

    /// A stem and three residual blocks: identity, projection, and one whose sum is read again behind it.
    private func residual(reversed: Bool, size: Int) throws -> (graph: Graph, sums: [TensorID]) {
        var graph = Graph()
        let input = try graph.input([9, 7, 5]), window = Window(size: [size, size], padding: .same)
        var
            x = try graph.add(
                "stem", .convolution(Convolution(filters: 20, window: window, activation: .rectifier)), [input]),
            sums: [TensorID] = []
        for block in 0..<3 {
            let filters = block == 1 ? 33 : graph.shapes[x]?.last.flatMap { $0 } ?? 0
            let shortcut =
                block == 1
                ? try graph.add(
                    "short\(block)", .convolution(Convolution(filters: filters, window: Window(size: [1, 1]))), [x]) : x
            let inner = try graph.add("inner\(block)", .convolution(Convolution(filters: filters, window: window)), [x])
            let norm = try graph.add("norm\(block)", .batchNormalization(BatchNormalization(axis: 2)), [inner])
            let sum = try graph.add(
                "sum\(block)", .merge(Merge(.add)), reversed ? [shortcut, norm] : [norm, shortcut])
            x = try graph.add("relu\(block)", .activation(.rectifier), [sum])
            if block == 2 { x = try graph.add("again", .merge(Merge(.maximum)), [x, sum]) }
            sums.append(sum)
        }
        graph.outputs = [x]
        return (graph, sums)
    }

    @Test("The sum at the end of a residual branch is part of its last convolution", arguments: [false, true], [1, 3])
    func residuals(reversed: Bool, size: Int) throws {
        let (graph, sums) = try residual(reversed: reversed, size: size), images = Tensor.random([3, 9, 7, 5], seed: 3)
        let reference = NetworkOptions(backend: .reference)
        for options in [NetworkOptions(), NetworkOptions(convolutions: .direct)] {
            let network = try Network(graph, options: options)
            #expect(try !network.kernels(batch: 3).contains { $0.kernel == "add" })
            #expect(
                try network.run([images])[0].deviation(from: Network(graph, options: reference).run([images])[0]) < 1e-5
            )
            // What is asked for is kept, and not overwritten by what comes after it.
            for (found, expected) in try zip(
                Network(graph, taps: sums, options: options).run([images]),
                Network(graph, taps: sums, options: reference).run([images]))
            {
                #expect(found.deviation(from: expected) < 1e-5)
            }
        }
    }

    /// Convolution, normalization, activation and pooling of images of `size`, in which the convolution's output is
    /// read once.
    private func pooled(_ format: DataFormat, size: [Int], padding: Padding, activation: Activation, channels: Int = 40)
        throws -> (graph: Graph, inner: TensorID)
    {
        var graph = Graph()
        let input = try graph.input(format == .channelsLast ? size + [channels] : [channels] + size)
        let filtered = try graph.add(
            "conv",
            .convolution(Convolution(filters: 64, window: Window(size: [3, 3], padding: .same, dataFormat: format))),
            [input])
        let norm = try graph.add(
            "norm", .batchNormalization(BatchNormalization(axis: format == .channelsLast ? 2 : 0)), [filtered])
        let activated = try graph.add("act", .activation(activation), [norm])
        graph.outputs = [
            try graph.add(
                "pool",
                .pooling(
                    Pooling(.max, window: Window(size: [2, 2], strides: [2, 2], padding: padding, dataFormat: format))),
                [activated])
        ]
        return (graph, activated)
    }

    @Test(
        "A pooling of 2 × 2 is part of the convolution before it, where all windows are whole",
        arguments: [DataFormat.channelsLast, .channelsFirst], [Padding.valid, .same])
    func poolings(format: DataFormat, padding: Padding) throws {
        for (size, activation) in [
            ([12, 16], Activation.rectifier), ([13, 16], .rectifier), ([12, 15], .linear), ([12, 16], .tanh),
        ] {
            let (graph, inner) = try pooled(format, size: size, padding: padding, activation: activation)
            let images = Tensor.random([3] + (format == .channelsLast ? size + [40] : [40] + size), seed: 3)
            let expected = try Network(graph, taps: [inner], options: NetworkOptions(backend: .reference)).run([images])
            // Relative to the range of what a convolution makes; the hyperbolic tangent's is smaller.
            let tolerance: Float = activation == .tanh ? 1e-4 : 1e-5
            let network = try Network(graph), isWhole = padding == .valid || size == [12, 16]
            #expect(
                try network.kernels(batch: 3).contains { $0.kernel.contains("+ max pooling") }
                    == (isWhole && activation != .tanh), "\(size)")
            #expect(try network.run([images])[0].deviation(from: expected[0]) < tolerance)
            // What is asked for is there, and the result has the same bits.
            let tapped = try Network(graph, taps: [inner]).run([images])
            #expect(try tapped[0] == network.run([images])[0] && tapped[1].deviation(from: expected[1]) < tolerance)
            let exact = try Network(graph, options: NetworkOptions(convolutions: .direct))
            #expect(
                try exact.run([images])[0].deviation(from: expected[0]) < tolerance
                    && !exact.kernels(batch: 3).contains { $0.kernel.contains("+") })
        }
    }

    @Test("A pooling behind a convolution that is no Winograd's is a kernel of its own, and of its own layer")
    func separatePooling() throws {
        let (graph, _) = try pooled(
            .channelsLast, size: [12, 16], padding: .valid, activation: .rectifier, channels: 3)
        #expect(try Network(graph).kernels(batch: 2).map(\.layer) == ["conv", "pool", "pool"])
        let images = Tensor.random([2, 12, 16, 3], seed: 3)
        #expect(
            try Network(graph).run([images])[0].deviation(
                from: Network(graph, options: NetworkOptions(backend: .reference)).run([images])[0]) < 1e-5)
    }

    @Test("Layers that scale and shift are listed under their own names")
    func affineNames() throws {
        var graph = Graph()
        let weights: (WeightRole, WeightRole) -> [Weight] = {
            [Weight($0, Tensor([0, 1])), Weight($1, Tensor([1, 1]))]
        }
        let rescaled = try graph.add("a", .rescaling(Rescaling(scale: [2])), [graph.input([2])])
        let normalized = try graph.add(
            Layer(
                name: "b", operation: .batchNormalization(BatchNormalization(axis: 0)),
                weights: weights(.movingMean, .movingVariance)), [rescaled])
        let adapted = Layer(
            name: "c", operation: .normalization(Normalization(axes: [0])), weights: weights(.mean, .variance))
        graph.outputs = [try graph.add(adapted, [normalized])]
        #expect(
            try Network(graph).kernels(batch: 1).map(\.kernel).prefix(3)
                == ["rescaling", "batch normalization", "normalization"])
    }

    @Test("A layer called twice, once with a normalization behind it, has two sets of folded weights")
    func calledTwice() throws {
        var graph = Graph()
        let input = try graph.input([4])
        let once = try graph.add("dense", .dense(Dense(units: 4)), [input])
        let twice = graph.call(graph.layers.lastID, [once])[0]
        try graph.inferShapes()
        graph.outputs = [try graph.add("norm", .batchNormalization(BatchNormalization(axis: 0)), [twice])]
        let images = Tensor.random([3, 4], seed: 2)
        let expected = try Network(graph, options: NetworkOptions(backend: .reference)).run([images])[0]
        #expect(try Network(graph).run([images])[0].deviation(from: expected) < 1e-5)
    }
}

@Suite struct Runs {
    /// Branches, reused memory, views of the same memory, a mixture of layouts.
    private func tangle() throws -> Graph {
        var graph = Graph()
        let input = try graph.input([8, 8, 3])
        var x = try graph.add(
            "stem",
            .convolution(
                Convolution(filters: 8, window: Window(size: [3, 3], padding: .same), activation: .rectifier)), [input])
        for block in 0..<3 {
            let a = try graph.add(
                "a\(block)", .convolution(Convolution(filters: 8, window: Window(size: [3, 3], padding: .same))), [x])
            let b = try graph.add("b\(block)", .batchNormalization(BatchNormalization(axis: 2)), [a])
            let turned = try graph.add("t\(block)", .permute(Permute(order: [1, 0, 2])), [b])
            let sum = try graph.add("sum\(block)", .merge(Merge(.add)), [b, turned, x])
            let same = try graph.add("drop\(block)", .identity, [sum])
            let relu = try graph.add("relu\(block)", .activation(.rectifier), [same])
            let tanh = try graph.add("tanh\(block)", .activation(.tanh), [sum])
            x = try graph.add("max\(block)", .merge(Merge(.maximum)), [relu, tanh, b])
        }
        let flat = try graph.add("flat", .flatten(.channelsLast), [x])
        graph.outputs = [try graph.add("head", .dense(Dense(units: 5, activation: .softmax())), [flat]), x]
        return graph
    }

    @Test("Shared memory is never overwritten while somebody still reads it", arguments: 1...5)
    func aliasing(seed: Int) throws {
        let graph = try tangle(), images = Tensor.random([2, 8, 8, 3], seed: UInt64(seed))
        let everything = Array(graph.shapes.indices)
        // With every tensor tapped nothing is fused, yet memory is reused all the same.
        let expected = try Network(graph, options: NetworkOptions(threads: 1, backend: .reference)).run([images])
        let tapped = try Network(graph, taps: everything).run([images]), plain = try Network(graph).run([images])
        for index in expected.indices {
            #expect(plain[index].deviation(from: expected[index]) < 1e-5)
            #expect(tapped[index].deviation(from: expected[index]) < 1e-5)
        }
    }

    @Test("Threads do not change a bit")
    func threads() throws {
        let graph = try tangle(), images = Tensor.random([5, 8, 8, 3], seed: 1)
        let one = try Network(graph, options: NetworkOptions(threads: 1)).run([images])
        for threads in [2, 3, 7] {
            #expect(try Network(graph, options: NetworkOptions(threads: threads)).run([images]) == one)
        }
    }

    @Test("A batch gives what its images give one by one, and a network takes any batch in turn")
    func batches() throws {
        let network = try Network(try tangle()), images = Tensor.random([4, 8, 8, 3], seed: 9)
        let together = try network.run([images])[0]
        for image in [2, 0, 3, 1] {
            let alone = try network.run([images.gathered(axis: 0, [image])])[0]
            #expect(alone.deviation(from: together.gathered(axis: 0, [image])) < 1e-5)
        }
    }

    @Test("Runs from several threads at once take turns")
    func concurrent() async throws {
        let network = try Network(try tangle()), images = Tensor.random([2, 8, 8, 3], seed: 4),
            expected = try network.run([images])
        try await withThrowingTaskGroup(of: Bool.self) { group in
            for _ in 0..<8 { group.addTask { try network.run([images]) == expected } }
            for try await same in group { #expect(same) }
        }
    }

    @Test("Axes that the model leaves open take the input's length")
    func openAxes() throws {
        var graph = Graph()
        let input = try graph.input([nil, nil, 1])
        let doubled = try graph.add("up", .upsampling(UpSampling(factors: [1, 2])), [input])
        graph.outputs = [try graph.add("pool", .globalPooling(GlobalPooling(.average)), [doubled]), doubled]
        let network = try Network(graph)
        #expect(try network.run([Tensor(shape: [1, 1, 2, 1], [1, 3])])[0].elements == [2])
        #expect(try network.run([Tensor(shape: [1, 2, 3, 1], repeating: 1)])[1].shape == [1, 2, 6, 1])
        #expect(throws: NetworkError.unknownShape(layer: "in0", shape: [nil, nil, 1])) {
            try network.peakBytes(batch: 1)
        }
    }

    @Test(
        "Both tensors of a sum may turn out to differ in shape where axes are open",
        arguments: [([6, 6], [1, 1]), ([6, 6], [1, 6]), ([1, 1], [6, 6]), ([1, 6], [6, 1]), ([6, 6], [6, 6])])
    func openSums(first: [Int], second: [Int]) throws {
        var graph = Graph()
        let a = try graph.input([nil, nil, 3]), b = try graph.input([nil, nil, 3])
        let other = try graph.add("other", .convolution(Convolution(filters: 4, window: Window(size: [1, 1]))), [b])
        let wide = try graph.add(
            "wide", .convolution(Convolution(filters: 4, window: Window(size: [3, 3], padding: .same))), [a])
        let norm = try graph.add("norm", .batchNormalization(BatchNormalization(axis: 2)), [wide])
        let sum = try graph.add("sum", .merge(Merge(.add)), [other, norm])
        graph.outputs = [try graph.add("relu", .activation(.rectifier), [sum])]
        let images = [Tensor.random([2] + first + [3], seed: 1), Tensor.random([2] + second + [3], seed: 2)]
        let expected = try Network(graph, options: NetworkOptions(threads: 1, backend: .reference)).run(images)
        #expect(try Network(graph).run(images)[0].deviation(from: expected[0]) < 1e-5)
    }

    @Test("Several inputs, an input that is an output, a tensor returned twice")
    func ends() throws {
        var graph = Graph()
        let a = try graph.input([2]), b = try graph.input([2])
        let sum = try graph.add("sum", .merge(Merge(.subtract)), [a, b])
        graph.outputs = [sum, a, sum]
        let results = try Network(graph, taps: [b]).run([
            Tensor(shape: [1, 2], [5, 7]), Tensor(shape: [1, 2], [1, 2]),
        ])
        #expect(results.map(\.elements) == [[4, 5], [5, 7], [4, 5], [1, 2]])
    }

    @Test("Only what was asked for is compiled: taps before an opaque layer work without the outputs behind it")
    func beforeOpaque() throws {
        var graph = Graph()
        let input = try graph.input([2])
        let doubled = try graph.add("double", .merge(Merge(.add)), [input, input])
        let opaque = try graph.add("mystery", .opaque(Opaque(className: "Lambda")), [doubled])
        graph.outputs = [opaque]
        let error = NetworkError.opaque(layer: "mystery", className: "Lambda")
        #expect(throws: error) { try Network(graph) }
        #expect(
            error.description
                == "layer 'mystery' is a Lambda, which cannot be evaluated; say what it computes with --declare 'mystery=FUNCTION', such as relu or linear"
        )
        let beyond = NetworkError.opaque(layer: "mystery", className: "LSTM", obstacle: .beyondDeclaration),
            applied = NetworkError.opaque(
                layer: "a", className: "Conv2D", keepsShape: false, obstacle: .function(name: "capped"))
        #expect(
            beyond.description
                == "layer 'mystery' is a LSTM, which cannot be evaluated, and no function of single numbers can stand for it"
        )
        #expect(
            applied.description
                == "layer 'a' is a Conv2D, which cannot be evaluated because its function 'capped' is not known; say what that is with --declare 'capped=FUNCTION', such as relu or linear"
        )
        graph.outputs = []
        #expect(try Network(graph, taps: [doubled]).run([Tensor(shape: [1, 2], [1, 2])])[0].elements == [2, 4])
    }

    @Test("Buffers that are not alive together share memory")
    func arena() throws {
        func bytes(_ layers: Int) throws -> Int {
            var graph = Graph(), x = try graph.input([64, 64, 4])
            for index in 0..<layers {
                x = try graph.add(
                    "pool\(index)", .pooling(Pooling(.max, window: Window(size: [3, 3], padding: .same))), [x])
            }
            graph.outputs = [x]
            return try Network(graph, options: NetworkOptions(threads: 1)).peakBytes(batch: 2)
        }
        #expect(try bytes(10) == bytes(2))
        // Two tensors, and the little scratch memory that a pooling has for the addresses of its window's rows.
        let tensors = 2 * 2 * 64 * 64 * 4 * 4
        #expect(try (tensors..<tensors + 256).contains(bytes(2)))
    }
}

@Suite struct Refusals {
    private func network() throws -> Network { try Network(try Graph.of(.identity, on: [[2, 3]])) }

    @Test("Inputs that do not fit say what was expected and what was found")
    func inputs() throws {
        let network = try network()
        #expect(throws: NetworkError.inputCount(expected: 1, found: 2)) {
            try network.run([Tensor(shape: [1, 2, 3]), Tensor(shape: [1, 2, 3])])
        }
        let error = NetworkError.inputShape(input: "in0", expected: [2, 3], found: [1, 2, 4])
        #expect(throws: error) { try network.run([Tensor(shape: [1, 2, 4])]) }
        #expect(
            error.description
                == "input 'in0' takes shape (None, 2, 3), found (1, 2, 4); give data of the model's shape, images first"
        )
        #expect(throws: NetworkError.self) { try network.run([Tensor(shape: [])]) }
        #expect(throws: NetworkError.batch([0])) { try network.run([Tensor(shape: [0, 2, 3])]) }
    }

    @Test("Shapes beyond what images and weights account for are refused before anything is allocated")
    func memory() throws {
        var graph = Graph()
        let input = try graph.input([1, 1, 1])
        graph.outputs = [try graph.add("huge", .upsampling(UpSampling(factors: [1 << 31 - 1, 1 << 31 - 1])), [input])]
        let network = try Network(graph)
        let error = try #require(throws: NetworkError.self) { try network.run([Tensor(shape: [1, 1, 1, 1])]) }
        guard case .outOfProportion(layer: "huge", bytes: nil, limit: _) = error else {
            Issue.record("\(error)")
            return
        }
        #expect(throws: NetworkError.self) { try network.peakBytes(batch: .max) }
    }

    @Test("A transposed convolution that has no channels is refused")
    func transposed() throws {
        let empty = Operation.transposed(TransposedConvolution(filters: 1, window: Window(size: [2])))
        let hollow = try Network(try Graph.of(empty, [Weight(.kernel, Tensor(shape: [2, 1, 0]))], on: [[3, nil]]))
        #expect(throws: GraphError.self) { try hollow.run([Tensor(shape: [1, 3, 0])]) }
    }

    @Test(
        "Configs that make no sense are refused, not run",
        arguments: [
            .activation(.softmax(axes: [3])), .activation(.softmax(axes: [0, 0])),
            .layerNormalization(LayerNormalization(axes: [1, 1])),
            .normalization(Normalization(axes: [])), .rescaling(Rescaling(scale: [])),
            .batchNormalization(BatchNormalization(axis: 0)),
        ] as [Operation])
    func configs(operation: Operation) throws {
        let network = try Network(try Graph.of(operation, on: [[2, 2, 2]]))
        #expect(throws: NetworkError.self) { try network.run([Tensor(shape: [1, 2, 2, 2])]) }
    }
}
