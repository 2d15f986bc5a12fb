import ArgumentParser
import Kernels
import Networks

/// Which kernels a network is run with.
struct KernelOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp("Kernels to run with: native, openblas or reference. Default: native.", valueName: "name"))
    var backend = Backend.native

    @Flag(
        name: .customLong("exact-kernels"),
        help: "No Winograd convolutions, which round more: about 1e-6 of a layer's range.")
    var exactKernels = false

    func validate() throws {
        if !backend.isAvailable {
            throw ValidationError(
                "--backend openblas: OpenBLAS is not on this machine; install it (on Debian, libopenblas0), or leave the option out."
            )
        }
    }

    func network(threads: Int? = nil) -> NetworkOptions {
        NetworkOptions(threads: threads, backend: backend, convolutions: exactKernels ? .direct : .fastest)
    }
}

extension Backend: ExpressibleByArgument {}
