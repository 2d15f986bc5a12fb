import MicrokernelInterface

/// The packed weights of a kernel, which new weights are packed into in place.
final class ReloadableWeights {
    private let shape: ConvolutionShape
    private let set: InstructionSet
    private let key: PackedWeightCache.Key
    private let groups: [PackedPanels]
    /// Where each group's panels begin, or each point's filters.
    private let starts: UnsafeMutableBufferPointer<UnsafeMutablePointer<Float>>

    /// For weights that a kernel for `shape` was already made with; nil if that packed none.
    init?(_ weights: AlignedFloats, of shape: ConvolutionShape, set: InstructionSet = .current) {
        precondition(weights.packedWeightCache.areReloaded, "the weights were packed as if they were never reloaded")
        guard let prepared = weights.packedWeightCache.all.first else { return nil }
        (self.shape, self.set) = (shape, set)
        (key, groups) = prepared
        starts = .allocate(capacity: groups.count)
        _ = starts.initialize(from: groups.map(\.weights.start))
    }

    deinit { starts.deallocate() }

    /// The new weights, in Keras's order; readable in whole vectors.
    func load(_ weights: UnsafePointer<Float>, on pool: WorkerPool) {
        switch key {
        case let .panels(taps, channels, _, _): pack(weights, rows: taps * channels, on: pool)
        case let .winograd(size, channels, _): transform(weights, size: size, channels: channels, on: pool)
        }
    }

    private func pack(_ weights: UnsafePointer<Float>, rows: Int, on pool: WorkerPool) {
        let blocks = Blocks(rows, of: max(1, (1 << 14) / shape.outputChannels))
        pool.run(parts: blocks.number * groups.count) { part, _ in
            let group = groups[part / blocks.number], block = blocks[part % blocks.number]
            for panel in group.panels {
                let target = group.weights.start + panel.offset + block.lowerBound * panel.width
                let source = weights + block.lowerBound * shape.outputChannels + panel.columns.lowerBound
                set.microkernels.copyRows(
                    source, step: shape.outputChannels, to: target, targetStep: panel.width, count: block.count,
                    width: panel.width)
            }
        }
    }

    private func transform(_ weights: UnsafePointer<Float>, size: Int, channels: Int, on pool: WorkerPool) {
        let panels = groups[0].panels, blocks = Blocks(channels, of: max(1, (1 << 14) / shape.outputChannels))
        guard let points = starts.baseAddress else { return }
        pool.run(parts: blocks.number * panels.count) { part, _ in
            let (index, number) = part.quotientAndRemainder(dividingBy: panels.count), block = blocks[index],
                panel = panels[number]
            set.microkernels.winogradPack(
                WinogradPacking(
                    taps: weights + block.lowerBound * shape.outputChannels + panel.columns.lowerBound,
                    tapStride: channels * shape.outputChannels,
                    tapRow: shape.outputChannels, points: points, offset: panel.offset + block.lowerBound * panel.width,
                    pointRow: panel.width, channels: block.count),
                size: size)
        }
    }
}
