import Benchmarks
import Kernels

/// What networks are computed with on this machine: the answer of `inspect --machine`.
package struct MachineReport: Encodable, Sendable {
    package let schema = 1
    package let machine: MachineDescription
    /// The instruction sets with kernels of their own that this machine has, fastest first.
    package let instructionSets: [String]
    /// Floats in a vector of the one in use, which `machine` names.
    package let vectorFloats: Int
    /// What one thread reaches on registers alone, in 10⁹ operations a second, a product and a sum counted as two.
    package let peakGigaflops: Double

    /// Measures the peak, which takes a fraction of a second.
    package static func measured() -> MachineReport {
        let set = InstructionSet.current
        return MachineReport(
            machine: .current(), instructionSets: InstructionSet.available.map(\.name), vectorFloats: set.lanes,
            peakGigaflops: set.measuredPeak() / 1e9)
    }

    package var text: String {
        var table = Table([.left("machine"), .left("")])
        table.add(["processor", machine.cpu])
        table.add(["cores", "\(machine.cores)"])
        table.add(["memory", Format.bytes(machine.memoryBytes)])
        table.add(["system", "\(machine.os), kernel \(machine.kernel)"])
        table.add([
            "kernels",
            "\(machine.instructions), \(vectorFloats) floats a vector; this machine has \(instructionSets.joined(separator: ", "))",
        ])
        table.add(["peak of one thread", "\(Format.digits(peakGigaflops)) GFLOP/s"])
        return table.text
    }
}
