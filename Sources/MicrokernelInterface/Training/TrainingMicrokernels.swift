/// All microkernels of one instruction set.
package typealias MicrokernelSet = InferenceMicrokernels & TrainingMicrokernels

/// What the microkernels of one instruction set offer to training.
package protocol TrainingMicrokernels: SendableMetatype {
    static func outerProduct(_ call: OuterProduct)
    /// Bᵀ d B of tiles of 6 × 6 inputs, A y Aᵀ of tiles of 4 × 4 outputs' gradients, and Gᵀ u G of their products.
    static func winogradInputTiles(_ call: WinogradTiles)
    static func winogradGradientTiles(_ call: WinogradTiles)
    static func winogradFilterGradient(_ call: WinogradFilters)
    static func productSums(_ call: ProductSums)
    static func copyRows(
        _ source: UnsafePointer<Float>, step: Int, to target: UnsafeMutablePointer<Float>, targetStep: Int, count: Int,
        width: Int)
    static func transpose(
        _ source: UnsafePointer<Float>, stride: Int, to target: UnsafeMutablePointer<Float>, targetStride: Int,
        rows: Int, columns: Int)
    /// G g Gᵀ for tiles of `size` × `size` outputs.
    static func winogradPack(_ call: WinogradPacking, size: Int)
    static func normalize(_ call: NormalizationRows, into output: UnsafeMutablePointer<Float>)
    static func deviations(
        _ call: NormalizationRows, sums: UnsafeMutablePointer<Float>, squares: UnsafeMutablePointer<Float>)
    static func gradientSums(
        _ call: NormalizationRows, _ gradient: UnsafePointer<Float>, sums: UnsafeMutablePointer<Float>,
        products: UnsafeMutablePointer<Float>)
    static func normalizationGradient(
        _ call: NormalizationRows, _ gradient: UnsafePointer<Float>, constant: UnsafePointer<Float>,
        factor: UnsafePointer<Float>, into output: UnsafeMutablePointer<Float>)
    static func maximumPoolingGradient(_ call: PoolingGradientRow)
    static func averagePoolingGradient(_ call: PoolingGradientRow)
    static func optimize(_ run: OptimizerRun, _ rule: OptimizerRule)
    static func differentiate(
        _ function: VectorFunction, _ input: UnsafePointer<Float>, _ output: UnsafePointer<Float>,
        _ gradient: UnsafePointer<Float>,
        _ result: UnsafeMutablePointer<Float>, count: Int)
}
