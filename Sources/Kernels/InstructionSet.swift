import CProcessor
import KernelCalls
import KernelsBaseline
#if arch(x86_64)
import KernelsAVX2
import KernelsAVX512
#endif
#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// The kernels that one instruction set offers, and their sizes.
package struct InstructionSet: Sendable {
    /// What it is called: `AVX-512`, `AVX2`, `SSE2`, `NEON`.
    package let name: String
    /// Floats in a vector.
    package let lanes: Int
    /// The widest panel of filters, in vectors.
    let panelVectors: Int
    /// Rows of the register tile for a panel of so many vectors.
    let tileRows: @Sendable (Int) -> Int
    let multiply: @Sendable (PanelProduct) -> Void
    /// Winograd's transforms for tiles of 2 × 2 or 4 × 4 outputs.
    let winogradForward: @Sendable (WinogradInput, Int) -> Void
    let winogradBackward: @Sendable (WinogradOutput, Int) -> Void
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
    static let baseline = InstructionSet(
        name: KernelsBaseline.Family.name, lanes: KernelsBaseline.Family.width, panelVectors: KernelsBaseline.Family.panelVectors,
        tileRows: { KernelsBaseline.Family.tileRows($0) }, multiply: { KernelsBaseline.Family.multiply($0) },
        winogradForward: { KernelsBaseline.Family.winogradForward($0, size: $1) }, winogradBackward: { KernelsBaseline.Family.winogradBackward($0, size: $1) },
        depthwise: { KernelsBaseline.Family.depthwise($0) },
        maximumPooling: { KernelsBaseline.Family.maximumPooling($0) }, averagePooling: { KernelsBaseline.Family.averagePooling($0) },
        sum: { KernelsBaseline.Family.sum($0, count: $1, channels: $2, into: $3) },
        maximum: { KernelsBaseline.Family.maximum($0, count: $1, channels: $2, into: $3) },
        apply: { KernelsBaseline.Family.apply($0, $1, $2, count: $3) },
        combine: { KernelsBaseline.Family.combine($0, $1) }, affine: { KernelsBaseline.Family.affine($0, offset: $1) },
        saturate: { KernelsBaseline.Family.saturate($0) })
    #if arch(x86_64)
    static let avx2 = InstructionSet(
        name: KernelsAVX2.Family.name, lanes: KernelsAVX2.Family.width, panelVectors: KernelsAVX2.Family.panelVectors,
        tileRows: { KernelsAVX2.Family.tileRows($0) }, multiply: { KernelsAVX2.Family.multiply($0) },
        winogradForward: { KernelsAVX2.Family.winogradForward($0, size: $1) }, winogradBackward: { KernelsAVX2.Family.winogradBackward($0, size: $1) },
        depthwise: { KernelsAVX2.Family.depthwise($0) },
        maximumPooling: { KernelsAVX2.Family.maximumPooling($0) }, averagePooling: { KernelsAVX2.Family.averagePooling($0) },
        sum: { KernelsAVX2.Family.sum($0, count: $1, channels: $2, into: $3) },
        maximum: { KernelsAVX2.Family.maximum($0, count: $1, channels: $2, into: $3) },
        apply: { KernelsAVX2.Family.apply($0, $1, $2, count: $3) },
        combine: { KernelsAVX2.Family.combine($0, $1) }, affine: { KernelsAVX2.Family.affine($0, offset: $1) },
        saturate: { KernelsAVX2.Family.saturate($0) })
    static let avx512 = InstructionSet(
        name: KernelsAVX512.Family.name, lanes: KernelsAVX512.Family.width, panelVectors: KernelsAVX512.Family.panelVectors,
        tileRows: { KernelsAVX512.Family.tileRows($0) }, multiply: { KernelsAVX512.Family.multiply($0) },
        winogradForward: { KernelsAVX512.Family.winogradForward($0, size: $1) }, winogradBackward: { KernelsAVX512.Family.winogradBackward($0, size: $1) },
        depthwise: { KernelsAVX512.Family.depthwise($0) },
        maximumPooling: { KernelsAVX512.Family.maximumPooling($0) }, averagePooling: { KernelsAVX512.Family.averagePooling($0) },
        sum: { KernelsAVX512.Family.sum($0, count: $1, channels: $2, into: $3) },
        maximum: { KernelsAVX512.Family.maximum($0, count: $1, channels: $2, into: $3) },
        apply: { KernelsAVX512.Family.apply($0, $1, $2, count: $3) },
        combine: { KernelsAVX512.Family.combine($0, $1) }, affine: { KernelsAVX512.Family.affine($0, offset: $1) },
        saturate: { KernelsAVX512.Family.saturate($0) })
    #endif
}
