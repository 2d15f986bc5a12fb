import Benchmarks
import Networks

/// How networks are run over images.
package struct Execution: Sendable {
    package var batch: Int
    package var network: NetworkOptions

    /// With exact kernels, unless told otherwise: what is compared should differ by what was cut, not by rounding.
    package init(batch: Int = 32, network: NetworkOptions = NetworkOptions(convolutions: .direct)) {
        (self.batch, self.network) = (batch, network)
    }
}

/// Under which conditions widths are timed.
package struct Timing: Sendable {
    package var batches: [Int]
    package var threads: [Int]
    package var options: MeasurementOptions

    package init(
        batches: [Int] = [1, 32], threads: [Int],
        options: MeasurementOptions = MeasurementOptions(warmup: 0.25, seconds: 1)
    ) {
        (self.batches, self.threads, self.options) = (batches, threads, options)
    }
}
