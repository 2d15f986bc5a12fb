import Graphs
import Networks
import Tensors

/// What was seen of the channels of some tensors while a network ran, gathered batch by batch.
package struct ChannelRanges: Sendable {
    private var channels: [TensorID: [ChannelRange]] = [:]
    /// The channel axis of each of those tensors, the batch axis not counted; nil: all of the tensor counts as one
    /// channel.
    private var axes: [TensorID: Int] = [:]

    package init(_ graph: Graph, _ tensors: [TensorID]) {
        let wiring = ChannelWiring(graph)
        for tensor in tensors {
            if wiring.counts[tensor] > 0 { axes[tensor] = wiring.axes[tensor] }
            channels[tensor] = Array(repeating: ChannelRange(), count: max(1, wiring.counts[tensor]))
        }
    }

    /// For each channel of a tensor what was seen of it; nil for a tensor that was not watched.
    package subscript(tensor: TensorID) -> [ChannelRange]? { channels[tensor] }

    /// For each channel of a tensor its largest |value|; infinite for a tensor that was not watched.
    func magnitudes(of tensor: TensorID) -> [Double] { channels[tensor]?.map(\.magnitude) ?? [.infinity] }

    /// Adds one batch of a tensor: N × its shape.
    package mutating func add(_ values: Tensor, of tensor: TensorID) {
        guard var ranges = channels.removeValue(forKey: tensor) else { return }
        let inner = axes[tensor].map { values.shape[($0 + 2)...].reduce(1, *) } ?? values.count
        precondition(
            axes[tensor].map { values.shape[$0 + 1] == ranges.count } ?? true,
            "\(values.shape) has not \(ranges.count) channels")
        values.withSpan { values in
            for outer in 0..<(values.count / max(1, inner * ranges.count)) {
                for channel in ranges.indices {
                    let start = (outer * ranges.count + channel) * inner
                    for position in start..<(start + inner) { ranges[channel].add(values[position]) }
                }
            }
        }
        channels[tensor] = ranges
    }

    /// Runs a graph on `images` and watches `tensors`. As many images at a time as `size` and a fixed amount of memory
    /// allow; `progress` hears how many are done.
    ///
    /// Throws `NetworkError.opaque` where a tensor cannot be evaluated.
    package static func watched(
        _ tensors: [TensorID], of graph: Graph, on images: VerificationImages, batch size: Int,
        options: NetworkOptions = NetworkOptions(), progress: (Int) -> Void = { _ in }
    ) throws -> ChannelRanges {
        var result = ChannelRanges(graph, tensors)
        guard !tensors.isEmpty else { return result }
        var watched = graph
        watched.outputs = []
        let network = try Network(watched, taps: tensors, options: options)
        try images.forEachBatch(of: VerificationImages.atOnce(size, returning: tensors, of: graph), for: graph) {
            inputs, _, done in
            for (tensor, values) in zip(tensors, try network.run(inputs)) { result.add(values, of: tensor) }
            progress(done)
        }
        return result
    }
}

/// What was seen of one channel. A value that is no finite number makes the range infinite.
package struct ChannelRange: Sendable, Equatable {
    package private(set) var lowest = Double.infinity
    package private(set) var highest = -Double.infinity
    package private(set) var sum = 0.0
    package private(set) var count = 0

    /// The largest |value|; infinite where nothing was seen.
    package var magnitude: Double { max(-lowest, highest, count == 0 ? .infinity : 0) }

    package mutating func add(_ value: Float) {
        let value = Double(value)
        if value < lowest { lowest = value }
        if value > highest { highest = value }
        if !value.isFinite { (lowest, highest) = (-.infinity, .infinity) }
        sum += value
        count += 1
    }
}
