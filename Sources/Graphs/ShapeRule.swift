import Tensors

/// Holds a layer's options, its weights and the shapes of its inputs against each other: what kinds of layers find
/// their output's shape with.
///
/// Configs come from strangers: lengths, strides and factors end at 32 bits, far above any real one, so that no sum of
/// a few products of two overflows.
package struct ShapeRule {
    let layer: Layer
    static let largest = Int(Int32.max)

    package init(layer: Layer) { self.layer = layer }

    /// The shape that the layer makes out of its inputs' shapes.
    ///
    /// Every known axis of the result is at least 1 long, and the product of known axes fits into `Int` when all are
    /// known.
    package func output(of inputs: [TensorShape?]) throws -> TensorShape? {
        let kind = layer.operation.kind
        guard kind.arity.admits(inputs.count) else {
            throw GraphError.inputCount(layer: layer.qualifiedName, expected: kind.arity.text, found: inputs.count)
        }
        let output = try kind.outputShape(of: inputs, self)
        try checkWeights(kind, inputs.first ?? nil)
        guard let shape = output else { return nil }
        let known = shape.compactMap { $0 }
        try require(known, atLeast: 1, "the axes of its output")
        if known.count == shape.count, elementCount(shape) == nil {
            throw invalid("its output \(shape.text) is larger than any memory")
        }
        return shape
    }

    private func checkWeights(_ kind: any LayerKind, _ input: TensorShape?) throws {
        // Only kinds whose input channels keep taps of their own can tell them, where the input does not.
        let channels = kind.slots.contains(where: \.hasTaps) ? ownChannels : nil
        for slot in kind.slots {
            guard let found = layer[slot.role]?.shape else {
                if slot.isRequired { throw invalid("its weight '\(slot.role)' is missing") }
                continue
            }
            guard let expected = kind.shape(of: slot, input: input, channels: channels) else { continue }
            if found.count != expected.count || !zip(found, expected).allSatisfy({ $1 == nil || $0 == $1 }) {
                throw GraphError.weightShape(
                    layer: layer.qualifiedName, weight: "\(slot.role)", expected: expected.map { $0 ?? -1 },
                    found: found)
            }
        }
    }

    /// The input channels that the layer's own weights tell; nil where they do not.
    var ownChannels: Int? {
        guard let slot = layer.operation.kind.slots.first(where: \.isKernel), let axis = slot.inputAxis,
            let shape = layer[slot.role]?.shape, shape.indices.contains(axis)
        else { return nil }
        return elementCount([shape[axis], slot.groups])
    }
}

// What kinds of layers check with.
extension ShapeRule {
    func invalid(_ reason: String) -> GraphError { .invalid(layer: layer.qualifiedName, reason: reason) }

    func rank(expected: String, found: TensorShape) -> GraphError {
        .rank(layer: layer.qualifiedName, expected: expected, found: found)
    }

    /// Throws unless all numbers are whole lengths that some network could have.
    func require(_ numbers: [Int], atLeast least: Int, _ what: String) throws {
        guard let wrong = numbers.first(where: { $0 < least || $0 > Self.largest }) else { return }
        throw invalid("\(what) must be from \(least) to \(Self.largest), \(wrong) is not")
    }

    func check(_ window: Window) throws {
        try require(window.size, atLeast: 1, "its window")
        try require(window.strides, atLeast: 1, "its strides")
        try require(window.dilation, atLeast: 1, "its dilation")
        guard window.rank > 0, window.strides.count == window.rank, window.dilation.count == window.rank else {
            throw invalid(
                "window \(window.size), strides \(window.strides) and dilation \(window.dilation) need one length for each axis"
            )
        }
    }

    /// The input, which must have `axes` where it is known.
    func having(_ axes: [Int], _ input: TensorShape?) throws -> TensorShape? {
        guard let input else { return nil }
        guard axes.allSatisfy(input.indices.contains) else {
            throw rank(expected: "an input with axis \((axes.max() ?? 0) &+ 1)", found: input)
        }
        return input
    }

    /// The shape behind a sliding window; `outputChannels` says how many channels come out of so many.
    func windowed(
        _ window: Window, _ input: TensorShape?, outputChannels: (Int?) throws -> Int?
    ) throws -> TensorShape {
        try check(window)
        return try resized(
            input, window.rank, window.dataFormat, outputChannels: outputChannels,
            misfit: invalid("its window \(window.size) does not fit into its input \(input?.text ?? "")")
        ) { window.positions(along: $0, length: $1) }
    }

    /// The shape with other spatial lengths, each from its axis and what it was; throws `misfit` where nothing is left.
    func resized(
        _ input: TensorShape?, _ rank: Int, _ format: DataFormat, outputChannels: (Int?) throws -> Int? = { $0 },
        misfit: @autoclosure () -> GraphError? = nil, _ length: (Int, Int) -> Int
    ) throws -> TensorShape {
        let (spatial, channels) = try split(input, rank: rank, format)
        let lengths = spatial.enumerated().map { axis, n in n.map { length(axis, $0) } }
        if lengths.contains(where: { ($0 ?? 1) <= 0 }) {
            throw misfit() ?? invalid("nothing is left of its input \(input?.text ?? "")")
        }
        return join(lengths, try outputChannels(channels), format)
    }

    /// The spatial axes and the channel axis of an input that must have `rank` spatial axes; all unknown behind an
    /// opaque layer.
    func split(_ input: TensorShape?, rank: Int, _ format: DataFormat) throws -> (spatial: [Int?], channels: Int?) {
        guard let input else { return ([Int?](repeating: nil, count: rank), nil) }
        guard input.count == rank + 1 else {
            throw self.rank(expected: "\(rank) spatial axes and channels", found: input)
        }
        return (format.spatial(input), format == .channelsLast ? input[rank] : input[0])
    }

    func join(_ spatial: [Int?], _ channels: Int?, _ format: DataFormat) -> TensorShape {
        format == .channelsLast ? spatial + [channels] : [channels] + spatial
    }
}
