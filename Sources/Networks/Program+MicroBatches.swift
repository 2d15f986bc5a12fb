import Graphs

extension Program {
    /// The images of a micro-batch: a batch is computed as a sequence of these.
    ///
    /// Small ones keep what passes from layer to layer in the cache; large ones read the weights less often. The bytes
    /// per image that come from memory, and those that come from the third-level cache, are estimated for micro-batches
    /// of 1, 2, 4, … images. The answer depends on the model and the batch alone, not on the machine or its threads: it
    /// decides which kernels are chosen, and so the last bits of the result.
    func microBatchSize(batch: Int, shapes: IDArray<TensorID, TensorShape?>) -> Int {
        func bytes(_ tensor: TensorID) -> Double { 4 * (shapes[tensor] ?? []).reduce(1.0) { $0 * Double($1 ?? 1) } }
        // At least what one stage touches is in use at the same time; what a stage writes is read once more.
        let touched = stages.map { stage in stage.inputs(in: graph).reduce(bytes(stage.output)) { $0 + bytes($1) } }
        let live = touched.max() ?? 0, traffic = touched.reduce(0, +), weights = 2.5 * Double(weightBytes)

        func cost(_ images: Int) -> Double {
            let size = Double(images) * live
            let outOfSecond = min(1, max(0, (size - Cache.second) / Cache.second)),
                outOfThird = min(1, max(0, (size - Cache.third) / Cache.third))
            let weightShare = weights < Cache.third ? Cache.thirdCost : 1
            return weights * weightShare / Double(images) + traffic
                * (Cache.thirdCost * outOfSecond + (1 - Cache.thirdCost) * outOfThird)
        }
        let candidates = sequence(first: 1) { $0 * 2 }.prefix { $0 < min(batch, 1 << 20) } + [batch]
        let best = candidates.min { (cost($0), $1) < (cost($1), $0) } ?? batch
        let number = batch / best + (batch % best == 0 ? 0 : 1)
        return batch / number + (batch % number == 0 ? 0 : 1)
    }

    /// A cache as processors of today have it, in bytes.
    private enum Cache {
        static let second = 0.75e6
        static let third = 12e6
        /// What a byte from the third level costs beside one from memory.
        static let thirdCost = 0.3
    }
}
