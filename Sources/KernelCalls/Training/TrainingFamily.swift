/// What the kernels of one instruction set offer to training.
package protocol TrainingFamily {
    static func outerProduct(_ call: OuterProduct)
    /// Bᵀ d B of tiles of 6 × 6 inputs, A y Aᵀ of tiles of 4 × 4 outputs' gradients, and the way back, Gᵀ u G.
    static func winogradInputTiles(_ call: WinogradTiles)
    static func winogradGradientTiles(_ call: WinogradTiles)
    static func winogradFilterGradient(_ call: WinogradFilters)
    static func productSums(_ call: ProductSums)
    static func copyVectors(_ source: UnsafePointer<Float>, step: Int, to target: UnsafeMutablePointer<Float>, targetStep: Int, count: Int)
    static func transpose(_ source: UnsafePointer<Float>, stride: Int, to target: UnsafeMutablePointer<Float>, targetStride: Int, rows: Int, columns: Int)
    /// G g Gᵀ for tiles of so many outputs on a side.
    static func winogradPack(_ call: WinogradPacking, size: Int)
}
