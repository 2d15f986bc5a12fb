import CProcessor
import MicrokernelInterface
import MicrokernelsBaseline
#if arch(x86_64)
import MicrokernelsAVX2
import MicrokernelsAVX512
#endif
#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// The microkernels of one instruction set, and their sizes. One object of each: kernels hold it.
package final class InstructionSet: Sendable {
    let microkernels: any MicrokernelSet.Type
    /// What it is called: `AVX-512`, `AVX2`, `SSE2`, `NEON`.
    package let name: String
    /// Floats in a vector.
    package let lanes: Int

    private init(_ microkernels: any MicrokernelSet.Type) {
        self.microkernels = microkernels
        name = microkernels.name
        lanes = microkernels.laneCount
    }

    /// The number of vectors that hold `floats` floats, the last one perhaps in part.
    func vectors(_ floats: Int) -> Int { (floats + lanes - 1) / lanes }
    /// `floats` rounded up to whole vectors.
    func padded(_ floats: Int) -> Int { vectors(floats) * lanes }
    /// The numbers, filled up with zeros to whole vectors.
    func padded(_ numbers: [Float]) -> AlignedFloats {
        AlignedFloats(numbers + [Float](repeating: 0, count: padded(numbers.count) - numbers.count))
    }

    /// Those that this machine can run, fastest first.
    package static let available: [InstructionSet] = {
        #if arch(x86_64)
        (processor_has_avx512() ? [.avx512] : []) + (processor_has_avx2() ? [.avx2] : []) + [.baseline]
        #else
        [.baseline]
        #endif
    }()

    /// The one in use: the fastest, or the one that the environment variable `DEADWOOD_INSTRUCTIONS` names if the
    /// machine has it.
    package static let current: InstructionSet = {
        let wanted = getenv("DEADWOOD_INSTRUCTIONS").map { String(cString: $0) }
        return available.first { $0.name == wanted } ?? available[0]
    }()

    static let baseline = InstructionSet(MicrokernelsBaseline.Microkernels.self)
    #if arch(x86_64)
    static let avx2 = InstructionSet(MicrokernelsAVX2.Microkernels.self)
    static let avx512 = InstructionSet(MicrokernelsAVX512.Microkernels.self)
    #endif
}
