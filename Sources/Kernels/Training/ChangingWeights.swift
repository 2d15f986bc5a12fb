import KernelCalls

/// Weights that a kernel was made with, and that change from step to step: what it has made of them is filled anew in
/// place.
struct ChangingWeights {
    private let shape: ConvolutionShape
    private let set: InstructionSet
    private let prepared: [(key: Preparations.Key, panels: [PackedPanels])]
    /// For Winograd's filters where each point's begin.
    private let points: UnsafeMutableBufferPointer<UnsafeMutablePointer<Float>>

    /// Of weights that a kernel for `shape` was already made with.
    init(_ weights: AlignedFloats, of shape: ConvolutionShape, set: InstructionSet) {
        self.shape = shape
        self.set = set
        prepared = weights.preparations.all.map { ($0, $1) }
        points = .allocate(capacity: 36)
        _ = points.initialize(from: prepared.first.map { $0.panels.prefix(36).map(\.weights.start) } ?? [])
    }

    func deallocate() { points.deallocate() }

    /// Whether the kernel reads what was prepared, not the weights themselves.
    var arePrepared: Bool { !prepared.isEmpty }

    /// Takes over the weights, in Keras's order; readable in whole vectors.
    func load(_ weights: UnsafePointer<Float>, on pool: WorkerPool) {
        for (key, panels) in prepared {
            switch key {
            case let .panels(taps, channels, _, _): pack(weights, panels, rows: taps * channels, on: pool)
            case let .winograd(size, channels, _): transform(weights, panels[0].panels, size: size, channels: channels, on: pool)
            }
        }
    }

    private func pack(_ weights: UnsafePointer<Float>, _ groups: [PackedPanels], rows: Int, on pool: WorkerPool) {
        let blocks = Blocks(rows, of: max(1, (1 << 14) / shape.outputChannels)), lanes = set.lanes
        pool.run(parts: blocks.number) { index, _ in
            let block = blocks[index]
            for group in groups {
                for panel in group.panels {
                    let width = panel.vectors * lanes, target = group.weights.start + panel.offset + block.lowerBound * width
                    let source = weights + block.lowerBound * shape.outputChannels + panel.columns.lowerBound
                    for vector in 0..<panel.vectors {
                        set.training.copyVectors(source + vector * lanes, shape.outputChannels, target + vector * lanes, width, block.count)
                    }
                }
            }
        }
    }

    private func transform(_ weights: UnsafePointer<Float>, _ panels: [PackedPanels.Panel], size: Int, channels: Int, on pool: WorkerPool) {
        let blocks = Blocks(channels, of: max(1, (1 << 12) / shape.outputChannels)), lanes = set.lanes
        guard let points = points.baseAddress else { return }
        pool.run(parts: blocks.number * panels.count) { part, _ in
            let (index, number) = part.quotientAndRemainder(dividingBy: panels.count), block = blocks[index], panel = panels[number]
            set.training.winogradPack(
                WinogradPacking(
                    taps: weights + block.lowerBound * shape.outputChannels + panel.columns.lowerBound, tapStride: channels * shape.outputChannels,
                    tapRow: shape.outputChannels, points: points, offset: panel.offset + block.lowerBound * panel.vectors * lanes,
                    pointRow: panel.vectors * lanes, channels: block.count, vectors: panel.vectors),
                size)
        }
    }
}
