import Benchmarks
import Kernels
import Networks

/// How networks are run over images.
package struct Execution: Sendable {
    package var batch: Int
    /// For what is compared: with exact kernels, unless told otherwise, since it should differ by what was cut and not
    /// by rounding.
    package var network: NetworkOptions
    /// For what is watched, where rounding decides nothing that exact kernels do not look at again.
    package var watching: NetworkOptions

    package init(
        batch: Int = 32, network: NetworkOptions = NetworkOptions(convolutions: .direct),
        watching algorithms: ConvolutionAlgorithms = .fastest
    ) {
        (self.batch, self.network, watching) = (batch, network, network)
        watching.convolutions = algorithms
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
