import Kernels

/// What networks are computed with on this machine; encodes to the JSON of `deadwood inspect --machine`.
package struct MachineProfile: Encodable, Sendable {
    package let schema = 1
    package let machine: MachineDescription
    /// The instruction sets with kernels of their own that this machine has, fastest first.
    package let instructionSets: [String]
    /// Floats in a vector of the one in use, which `machine` names.
    package let vectorFloats: Int
    /// What one thread reaches on registers alone, in 10⁹ operations a second, a product and a sum counted as two.
    package let peakGigaflops: Double

    /// Measures the peak, which takes a fraction of a second.
    package static func measured() -> MachineProfile {
        let set = InstructionSet.current
        return MachineProfile(
            machine: .current(), instructionSets: InstructionSet.available.map(\.name), vectorFloats: set.lanes,
            peakGigaflops: set.measuredPeak() / 1e9)
    }
}
