import Foundation
import Kernels
import Tensors

/// How a network is run. None of it changes what is computed beyond rounding.
package struct NetworkOptions: Sendable {
    /// No more threads than this work on one run.
    package static let mostThreads = 128

    /// Threads that work on one run, 1 to `mostThreads`; the result has the same bits for any number.
    package var threads: Int
    package var backend: Backend
    package var convolutions: ConvolutionAlgorithms
    /// Whether batch normalizations are folded into the weights before them and activations applied with them.
    package var fuses: Bool
    /// The images of a batch for which kernels are chosen; nil for those that each batch has. Where it is given, the
    /// native kernels make the same bits of an image in a batch of any size.
    package var expectedBatch: Int?

    /// All cores, native kernels; the reference backend does layer by layer what the config says, unless told to fuse.
    package init(
        threads: Int? = nil, backend: Backend = .native, convolutions: ConvolutionAlgorithms = .fastest,
        fuses: Bool? = nil
    ) {
        self.threads = min(max(1, threads ?? SystemResources.cores), Self.mostThreads)
        (self.backend, self.convolutions) = (backend, convolutions)
        self.fuses = fuses ?? (backend != .reference)
    }

    /// Of images of a corpus of `count` all of which are to be run alike, whatever the size of the batches and whoever
    /// runs which of them.
    package func expecting(_ count: Int) -> NetworkOptions {
        var options = self
        options.expectedBatch = max(1, min(32, count))
        return options
    }

    /// What joins the stage before it: sums and poolings only where the kernels can take them along.
    var fusion: Fusion {
        if !fuses { return [] }
        if backend != .native { return [.epilogues] }
        return convolutions == .fastest ? [.epilogues, .sums, .poolings] : [.epilogues, .sums]
    }
}

/// What the system says of itself.
package enum SystemResources {
    package static var cores: Int { max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))) }
    /// The bytes of memory that a process may hold: physical memory, or what the system grants it or its control group,
    /// or the user allows, where that is less.
    package static let memory: Int = {
        let physical = sysconf(Int32(_SC_PHYS_PAGES)).timesClamped(sysconf(Int32(_SC_PAGESIZE)))
        let granted = ["/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"].lazy.compactMap {
            path in
            (try? String(contentsOfFile: path, encoding: .utf8)).flatMap {
                Int($0.trimmingCharacters(in: .whitespacesAndNewlines))
            }
        }.first { $0 > 0 }
        let grants = [physical, granted ?? .max, allowedMemory ?? .max].min() ?? physical
        return [RLIMIT_AS, RLIMIT_DATA].reduce(grants) { memory, resource in
            var limit = rlimit()
            guard unsafe getrlimit(Int32(resource.rawValue), &limit) == 0 else { return memory }
            return min(memory, Int(clamping: limit.rlim_cur))
        }
    }()
    /// What the user allows, in bytes or with a unit: `DEADWOOD_MEMORY=8G`.
    static let allowedMemory: Int? = ProcessInfo.processInfo.environment["DEADWOOD_MEMORY"].flatMap { text in
        let units = ["K": 1 << 10, "M": 1 << 20, "G": 1 << 30], unit = units[text.suffix(1).uppercased()]
        return Int(unit == nil ? text : String(text.dropLast())).map { max(1, $0).timesClamped(unit ?? 1) }
    }
}
