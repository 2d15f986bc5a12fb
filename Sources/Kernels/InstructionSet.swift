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

/// The kernels that one instruction set offers, and their sizes. One object of each: kernels hold it.
package final class InstructionSet: Sendable {
    /// What it is called: `AVX-512`, `AVX2`, `SSE2`, `NEON`.
    package let name: String
    /// Floats in a vector.
    package let lanes: Int
    /// What the width of a panel is a multiple of, in floats.
    let panelGranularity: Int
    /// The widest panel of filters, in vectors.
    let panelVectors: Int
    /// Rows of the register tile for a panel so many floats wide.
    let tileRows: @Sendable (Int) -> Int
    let multiply: @Sendable (PanelProduct) -> Void
    /// Winograd's transforms for tiles of 2 × 2 or 4 × 4 outputs.
    let winogradInputTransform: @Sendable (WinogradInput, Int) -> Void
    let winogradOutputTransform: @Sendable (WinogradOutput, Int) -> Void
    let depthwise: @Sendable (DepthwiseRow) -> Void
    let maximumPooling: @Sendable (SlidingRow) -> Void
    let averagePooling: @Sendable (SlidingRow) -> Void
    /// Pixels, their number and channels, and what they are added to or compared with; whole vectors of that.
    let sum: @Sendable (UnsafePointer<Float>, Int, Int, UnsafeMutablePointer<Float>) -> Void
    let maximum: @Sendable (UnsafePointer<Float>, Int, Int, UnsafeMutablePointer<Float>) -> Void
    /// A function of each of so many numbers.
    let apply: @Sendable (VectorFunction, UnsafePointer<Float>, UnsafeMutablePointer<Float>, Int) -> Void
    let combine: @Sendable (VectorOperator, ElementwiseRuns) -> Void
    /// What is added lies so many floats behind the factor.
    let affine: @Sendable (ElementwiseRuns, Int) -> Void
    package let saturate: @Sendable (Int) -> Float
    let training: TrainingKernels

    private init<F: InferenceMicrokernels & TrainingMicrokernels>(_ microkernels: F.Type) {
        name = F.name
        lanes = F.width
        panelGranularity = F.panelGranularity
        panelVectors = F.panelVectors
        tileRows = { F.tileRows($0) }
        multiply = { F.multiply($0) }
        winogradInputTransform = { F.winogradInputTransform($0, size: $1) }
        winogradOutputTransform = { F.winogradOutputTransform($0, size: $1) }
        depthwise = { F.depthwise($0) }
        maximumPooling = { F.maximumPooling($0) }
        averagePooling = { F.averagePooling($0) }
        sum = { F.sum($0, count: $1, channels: $2, into: $3) }
        maximum = { F.maximum($0, count: $1, channels: $2, into: $3) }
        apply = { F.apply($0, $1, $2, count: $3) }
        combine = { F.combine($0, $1) }
        affine = { F.affine($0, offset: $1) }
        saturate = { F.saturate($0) }
        training = TrainingKernels(microkernels)
    }

    /// The vectors that so many floats take, the last one perhaps in part.
    func vectors(_ floats: Int) -> Int { (floats + lanes - 1) / lanes }
    /// So many floats rounded up to whole vectors.
    func padded(_ floats: Int) -> Int { vectors(floats) * lanes }

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
}

extension InstructionSet {
    static let baseline = InstructionSet(MicrokernelsBaseline.Microkernels.self)
    #if arch(x86_64)
    static let avx2 = InstructionSet(MicrokernelsAVX2.Microkernels.self)
    static let avx512 = InstructionSet(MicrokernelsAVX512.Microkernels.self)
    #endif
}
