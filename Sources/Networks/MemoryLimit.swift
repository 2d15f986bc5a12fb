import Foundation

/// How much memory a run may take: what the machine has, and what the weights and images of a network account for.
///
/// A file of some kilobytes can describe tensors of gigabytes, which no network has that is so small.
struct MemoryLimit: Sendable {
    private let bytes: Int
    /// Whether the machine has no more, or the user allows no more.
    private let isFinal: Bool

    /// For a network whose weights, and whose inputs, take these bytes. In the largest networks known all that is alive
    /// at once is some ten times as much.
    init(weights: Int, inputs: Int) {
        let fair = weights.plusClamped(inputs).timesClamped(32).plusClamped(384 << 20)
        isFinal = SystemResources.allowedMemory != nil || SystemResources.memory <= fair
        bytes = isFinal ? SystemResources.memory : fair
    }

    func covers(_ needed: Int) -> Bool { needed <= bytes }

    /// Throws `NetworkError.tooLarge` or `outOfProportion` where `needed` bytes, for the output of a layer or the whole
    /// network, are more; nil and the largest number are beyond counting.
    func require(_ needed: Int?, for layer: @autoclosure () -> String?) throws {
        if let needed, covers(needed) { return }
        let known = needed == .max ? nil : needed
        throw isFinal
            ? NetworkError.tooLarge(layer: layer(), bytes: known, memory: bytes)
            : NetworkError.outOfProportion(layer: layer(), bytes: known, limit: bytes)
    }
}
