import MicrokernelInterface

/// The kernels that one instruction set offers to training.
struct TrainingKernels: Sendable {
    let outerProduct: @Sendable (OuterProduct) -> Void
    let winogradInputTiles: @Sendable (WinogradTiles) -> Void
    let winogradGradientTiles: @Sendable (WinogradTiles) -> Void
    let winogradFilterGradient: @Sendable (WinogradFilters) -> Void
    let productSums: @Sendable (ProductSums) -> Void
    /// Rows so many floats apart, to so many apart; how many of them, and vectors in each.
    let copyRows: @Sendable (UnsafePointer<Float>, Int, UnsafeMutablePointer<Float>, Int, Int, Int) -> Void
    /// From rows so many floats apart to columns so many apart: rows and columns.
    let transpose: @Sendable (UnsafePointer<Float>, Int, UnsafeMutablePointer<Float>, Int, Int, Int) -> Void
    let winogradPack: @Sendable (WinogradPacking, Int) -> Void
    let normalize: @Sendable (NormalizationRows, UnsafeMutablePointer<Float>) -> Void
    /// To sums of deviations, and of their squares.
    let deviations: @Sendable (NormalizationRows, UnsafeMutablePointer<Float>, UnsafeMutablePointer<Float>) -> Void
    /// Of the output's gradient, to sums of gradients, and of their products with deviations.
    let gradientSums:
        @Sendable (NormalizationRows, UnsafePointer<Float>, UnsafeMutablePointer<Float>, UnsafeMutablePointer<Float>) ->
            Void
    /// Of the output's gradient, the constant and the factor, to the input's gradient.
    let normalizationGradient:
        @Sendable (
            NormalizationRows, UnsafePointer<Float>, UnsafePointer<Float>, UnsafePointer<Float>,
            UnsafeMutablePointer<Float>
        ) -> Void
    let maximumPoolingGradient: @Sendable (PoolingGradientRow) -> Void
    let averagePoolingGradient: @Sendable (PoolingGradientRow) -> Void
    let optimize: @Sendable (OptimizerRun, VectorRule) -> Void
    /// Of input, output and the output's gradient, to so many numbers.
    let differentiate:
        @Sendable (
            VectorFunction, UnsafePointer<Float>, UnsafePointer<Float>, UnsafePointer<Float>,
            UnsafeMutablePointer<Float>, Int
        ) -> Void

    init<F: TrainingMicrokernels>(_ family: F.Type) {
        outerProduct = { F.outerProduct($0) }
        winogradInputTiles = { F.winogradInputTiles($0) }
        winogradGradientTiles = { F.winogradGradientTiles($0) }
        winogradFilterGradient = { F.winogradFilterGradient($0) }
        productSums = { F.productSums($0) }
        copyRows = { F.copyRows($0, step: $1, to: $2, targetStep: $3, count: $4, width: $5) }
        transpose = { F.transpose($0, stride: $1, to: $2, targetStride: $3, rows: $4, columns: $5) }
        winogradPack = { F.winogradPack($0, size: $1) }
        normalize = { F.normalize($0, into: $1) }
        deviations = { F.deviations($0, sums: $1, squares: $2) }
        gradientSums = { F.gradientSums($0, $1, sums: $2, products: $3) }
        normalizationGradient = { F.normalizationGradient($0, $1, constant: $2, factor: $3, into: $4) }
        maximumPoolingGradient = { F.maximumPoolingGradient($0) }
        averagePoolingGradient = { F.averagePoolingGradient($0) }
        optimize = { F.optimize($0, $1) }
        differentiate = { F.differentiate($0, $1, $2, $3, $4, count: $5) }
    }
}
