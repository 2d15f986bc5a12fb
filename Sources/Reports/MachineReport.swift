import Benchmarks
import Kernels

/// What networks are computed with on this machine: the answer of `inspect --machine`.
package struct MachineReport: Report {
    package let schema = 1
    package let machine: Machine
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

    package var subject: String { machine.cpu }

    package var sections: [Section] {
        let sets = instructionSets.joined(separator: ", ")
        return [
            .table(
                Table(
                    [.left("machine"), .left("")],
                    rows: [
                        ["processor", .text(machine.cpu)], ["cores", "\(machine.cores)"],
                        ["memory", .number(machine.memoryBytes, Format.bytes)],
                        ["system", "\(machine.os), kernel \(machine.kernel)"],
                        [
                            "kernels",
                            "\(machine.instructions), \(vectorFloats) floats a vector; this machine has \(sets)",
                        ],
                        ["peak of one thread", .number(peakGigaflops) { "\(Format.digits($0)) GFLOP/s" }],
                    ]))
        ]
    }
}
