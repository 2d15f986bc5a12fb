import Tensors

/// Mean and variance of the channels of a tensor over images and positions, gathered batch by batch in Float64.
struct ChannelMoments {
    private(set) var mean: [Double]
    /// Sum of squared differences from the mean.
    private var squares: [Double]
    private var count = 0.0

    init(channels: Int) {
        mean = Array(repeating: 0, count: channels)
        squares = mean
    }

    /// The population variance, as Keras uses it in training.
    var variance: [Double] { squares.map { $0 / max(1, count) } }

    /// Adds a batch, N × shape, whose channels lie along `axis`, the batch axis not counted.
    ///
    /// Two passes over the batch, then merged by Chan, Golub & LeVeque 1979, so that large means cost no digits.
    mutating func add(_ batch: Tensor, axis: Int) {
        let channels = mean.count, inner = batch.shape[(axis + 2)...].reduce(1, *)
        precondition(
            batch.shape[axis + 1] == channels, "\(batch.shape[axis + 1]) channels where \(channels) are counted")
        let added = Double(batch.count / max(1, channels))
        if added == 0 { return }
        var sums = [Double](repeating: 0, count: channels), own = sums
        batch.withSpan { values in
            for i in values.indices { sums[i / inner % channels] += Double(values[i]) }
            for c in sums.indices { sums[c] /= added }
            for i in values.indices {
                let difference = Double(values[i]) - sums[i / inner % channels]
                own[i / inner % channels] += difference * difference
            }
        }
        let total = count + added
        for c in mean.indices {
            let step = sums[c] - mean[c]
            mean[c] += step * added / total
            squares[c] += own[c] + step * step * count * added / total
        }
        count = total
    }
}
