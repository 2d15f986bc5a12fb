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
        if batch < 1 { throw ValidationError("--batch takes a positive number, not \(batch).") }
        try requireThreads(threads)
    }

    var execution: Execution { Execution(batch: batch, network: kernels.network(threads: threads)) }

    /// The same with exact kernels: what is compared should differ by what was cut, not by rounding.
    var exactExecution: Execution {
        var execution = execution
        execution.network.convolutions = .direct
        return execution
    }
}

/// Refuses a number of threads that no run would have.
func requireThreads(_ threads: Int?) throws {
    guard let threads else { return }
    if threads < 1 { throw ValidationError("--threads takes a positive number, not \(threads).") }
    if threads > NetworkOptions.mostThreads {
        throw ValidationError("--threads takes at most \(NetworkOptions.mostThreads), not \(threads).")
    }
}
