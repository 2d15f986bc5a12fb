import KernelCalls

/// The kernels that one instruction set offers to training.
struct TrainingKernels: Sendable {
    let outerProduct: @Sendable (OuterProduct) -> Void
    let winogradInputTiles: @Sendable (WinogradTiles) -> Void
    let winogradGradientTiles: @Sendable (WinogradTiles) -> Void
    let winogradFilterGradient: @Sendable (WinogradFilters) -> Void
    let productSums: @Sendable (ProductSums) -> Void
    /// From so many floats apart to so many apart, this number of vectors.
    let copyVectors: @Sendable (UnsafePointer<Float>, Int, UnsafeMutablePointer<Float>, Int, Int) -> Void
    /// From rows so many floats apart to columns so many apart: rows and columns.
    let transpose: @Sendable (UnsafePointer<Float>, Int, UnsafeMutablePointer<Float>, Int, Int, Int) -> Void
    let winogradPack: @Sendable (WinogradPacking, Int) -> Void

    init<F: TrainingFamily>(_ family: F.Type) {
        outerProduct = { F.outerProduct($0) }
        winogradInputTiles = { F.winogradInputTiles($0) }
        winogradGradientTiles = { F.winogradGradientTiles($0) }
        winogradFilterGradient = { F.winogradFilterGradient($0) }
        productSums = { F.productSums($0) }
        copyVectors = { F.copyVectors($0, step: $1, to: $2, targetStep: $3, count: $4) }
        transpose = { F.transpose($0, stride: $1, to: $2, targetStride: $3, rows: $4, columns: $5) }
        winogradPack = { F.winogradPack($0, size: $1) }
    }
}
