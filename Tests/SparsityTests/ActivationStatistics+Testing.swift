import Networks
import Tensors
@testable import Sparsity

extension ActivationStatistics {
    /// Adds one batch: for each watched bank its activation, N × the tensor's shape, then the same for each of `sums`.
    mutating func add(_ activations: [Tensor]) throws {
        let axes = watched.map { banks[$0].axis } + sums.map(\.axis)
        add(try zip(activations, axes).map { try ChannelSummaries(of: $0, axis: $1) })
    }
}
