/// What the microkernels of one instruction set offer to inference. Each of the targets that are built from
/// `Sources/Microkernels` conforms once.
package protocol InferenceMicrokernels: SendableMetatype {
    /// What the instruction set is called.
    static var name: String { get }
    /// Floats in a vector.
    static var laneCount: Int { get }
    /// The widest panel, in vectors.
    static var panelVectors: Int { get }
    /// What the width of a panel is a multiple of, in floats: a vector, or half of one where some processors multiply
    /// that in half the time.
    static var panelGranularity: Int { get }
    /// Rows of the register tile for a panel of `width` floats.
    static func tileRows(_ width: Int) -> Int
    static func multiply(_ call: PanelProduct)
    static func winogradInputTransform(_ call: WinogradInput, size: Int)
    static func winogradOutputTransform(_ call: WinogradOutput, size: Int)
    static func depthwise(_ call: DepthwiseRow)
    static func maximumPooling(_ row: SlidingRow)
    static func averagePooling(_ row: SlidingRow)
    static func sum(_ pixels: UnsafePointer<Float>, count: Int, channels: Int, into sums: UnsafeMutablePointer<Float>)
    static func maximum(
        _ pixels: UnsafePointer<Float>, count: Int, channels: Int, into result: UnsafeMutablePointer<Float>)
    static func apply(
        _ function: VectorFunction, _ input: UnsafePointer<Float>, _ output: UnsafeMutablePointer<Float>, count: Int)
    static func combine(_ operation: VectorOperator, _ runs: ElementwiseRuns)
    static func affine(_ runs: ElementwiseRuns, offset: Int)
    static func summarize(_ call: ChannelSummary)
    static func saturate(_ count: Int) -> Float
}
