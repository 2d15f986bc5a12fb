import Tensors
import Testing

@Test("Products and sums of sizes end at the largest number")
func clampedSizes() {
    #expect(
        3.timesClamped(4) == 12 && Int.max.timesClamped(2) == .max && (1 << 40).timesClamped(1 << 40) == .max
            && Int.max.timesClamped(0) == 0)
    #expect(3.plusClamped(4) == 7 && Int.max.plusClamped(1) == .max)
}
