/// Sums of products, channel by channel: sums[c] += Σ_k first[k · firstStep + c] · second[k · secondStep + c].
/// Everything is readable in whole vectors.
package struct ProductSums {
    package var first: UnsafePointer<Float>
    package var firstStep: Int
    package var second: UnsafePointer<Float>
    package var secondStep: Int
    package var count: Int
    package var channels: Int
    package var sums: UnsafeMutablePointer<Float>

    package init(
        first: UnsafePointer<Float>, firstStep: Int, second: UnsafePointer<Float>, secondStep: Int, count: Int,
        channels: Int, sums: UnsafeMutablePointer<Float>
    ) {
        (self.first, self.firstStep, self.second, self.secondStep) = (first, firstStep, second, secondStep)
        (self.count, self.channels, self.sums) = (count, channels, sums)
    }
}
