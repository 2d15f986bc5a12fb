import MicrokernelInterface

/// The microkernels of one instruction set.
package enum Microkernels: InferenceMicrokernels, TrainingMicrokernels {
    #if AVX512
    package static let name = "AVX-512"
    #elseif AVX2
    package static let name = "AVX2"
    #elseif arch(arm64)
    package static let name = "NEON"
    #else
    package static let name = "SSE2"
    #endif

    /// Floats in a vector.
    package static var laneCount: Int { lanes }
    /// The widest panel, in vectors.
    package static var panelVectors: Int { hasManyRegisters ? 4 : 3 }

    /// Half a vector of AVX-512: some processors compute its vectors in two halves.
    package static var panelGranularity: Int { endsInHalves ? lanes / 2 : lanes }

    /// Rows of the tile whose panel is this many floats wide: as many sums as the registers hold beside the operands,
    /// and at least the eight that two products a cycle of four cycles' latency keep in flight.
    package static func tileRows(_ width: Int) -> Int {
        switch vectorCount(width) {
        case 1: hasManyRegisters ? 12 : 8
        // The compiler does not unroll more rows of one and a half.
        case 2: hasManyRegisters ? (width < 2 &* lanes ? 10 : 12) : 6
        case 3: hasManyRegisters ? 8 : 4
        default: 6
        }
    }

    /// 32 vector registers, not 16.
    static var hasManyRegisters: Bool {
        #if AVX512 || arch(arm64)
        true
        #else
        false
        #endif
    }
}
