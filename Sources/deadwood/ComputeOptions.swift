import ArgumentParser
import Compression
import Networks

/// How many images at a time, on how many threads.
struct ComputeOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Images that are run at a time.", valueName: "n"))
    var batch = 32

    @Option(help: ArgumentHelp("Threads to compute on. Default: all cores.", valueName: "n"))
    var threads: Int?

    @OptionGroup var kernels: KernelOptions

    func validate() throws {
        try requirePositive(["--batch": batch])
        try requireThreads(threads)
    }

    var execution: Execution { Execution(batch: batch, network: kernels.network(threads: threads)) }

    /// The same with exact kernels for what is compared: it should differ by what was cut, not by rounding.
    var exactExecution: Execution {
        let network = kernels.network(threads: threads)
        var exact = network
        exact.convolutions = .direct
        return Execution(batch: batch, network: exact, watching: network.convolutions)
    }
}
