import MicrokernelInterface

/// Batch normalization by the statistics of the batch itself, with the rectifier behind it, over rows × channels
/// numbers.
///
/// Source: Ioffe & Szegedy 2015. Blocks of rows are measured around their own means and put together in the blocks'
/// order, in Float64 (Chan, Golub & LeVeque 1983), so that no large mean drowns a small variance.
package struct BatchNormalizationKernel: Sendable {
    private let rows: Int
    private let channels: Int
    private let epsilon: Float
    private let rectifier: Rectifier?
    private let set: InstructionSet
    private let blocks: Blocks

    package init(rows: Int, channels: Int, epsilon: Float, rectifier: Rectifier?, set: InstructionSet = .current) {
        (self.rows, self.channels, self.epsilon, self.rectifier, self.set) = (rows, channels, epsilon, rectifier, set)
        blocks = Blocks(rows, of: min(512, max(16, (1 << 15) / max(1, channels))))
    }

    /// Numbers of each channel are kept in whole pairs of vectors.
    private var width: Int { (channels + 31) / 32 * 32 }

    /// The floats of scratch memory that a call needs.
    package func workspaceCount(workers: Int) -> Int { (3 * blocks.number + 5) * width }

    /// output = rectifier(γ (x − μ) / √(σ² + ε) + β), with the mean and the variance of each channel over all rows
    /// (that over n, not n − 1), which are written too. Without γ it is 1, without β 0. May run in place.
    package func forward(
        _ input: UnsafePointer<Float>, gamma: UnsafePointer<Float>?, beta: UnsafePointer<Float>?,
        into output: UnsafeMutablePointer<Float>,
        mean: UnsafeMutablePointer<Float>, variance: UnsafeMutablePointer<Float>,
        workspace: UnsafeMutablePointer<Float>, on pool: WorkerPool
    ) {
        let channel = Channels(workspace, width)
        measure(input, mean, variance, channel, pool)
        prepare(channel, gamma, beta, mean, variance)
        pool.run(parts: blocks.number) { block, _ in
            set.microkernels.normalize(
                call(input, blocks[block], channel), into: output + blocks[block].lowerBound * channels)
        }
    }

    /// The gradients with respect to the input (which may lie where the output's does), γ and β, from the input and the
    /// numbers that `forward` was given and wrote. A rectifier's slope at its corners is that of the flat side.
    package func backward(
        _ input: UnsafePointer<Float>, outputGradient: UnsafePointer<Float>, gamma: UnsafePointer<Float>?,
        beta: UnsafePointer<Float>?,
        mean: UnsafePointer<Float>, variance: UnsafePointer<Float>, into inputGradient: UnsafeMutablePointer<Float>,
        gammaGradient: UnsafeMutablePointer<Float>?, betaGradient: UnsafeMutablePointer<Float>?,
        workspace: UnsafeMutablePointer<Float>, on pool: WorkerPool
    ) {
        let channel = Channels(workspace, width)
        prepare(channel, gamma, beta, mean, variance)
        pool.run(parts: blocks.number) { block, _ in
            let partial = channel.partial(block)
            partial.first.update(repeating: 0, count: 2 * width)
            forEachRun(blocks[block]) { rows in
                set.microkernels.gradientSums(
                    call(input, rows, channel), outputGradient + rows.lowerBound * channels,
                    sums: partial.first, products: partial.second)
            }
        }
        // With d = x − μ and s² = σ² + ε: dx = γ/s · (g − Σg / n − d · Σ(g d) / (n s²)), dγ = Σ(g d) / s, dβ = Σg.
        for c in 0..<channels {
            var sum = 0.0, product = 0.0
            for block in 0..<blocks.number {
                sum += Double(channel.partial(block).first[c])
                product += Double(channel.partial(block).second[c])
            }
            let square = Double(variance[c]) + Double(epsilon)
            betaGradient?[c] = Float(sum)
            gammaGradient?[c] = Float(product / square.squareRoot())
            channel.constant[c] = Float(sum / Double(rows))
            channel.factor[c] = Float(product / square / Double(rows))
        }
        pool.run(parts: blocks.number) { block, _ in
            let first = blocks[block].lowerBound * channels
            set.microkernels.normalizationGradient(
                call(input, blocks[block], channel), outputGradient + first, constant: channel.constant,
                factor: channel.factor, into: inputGradient + first)
        }
    }

    /// The mean and the variance of each channel.
    private func measure(
        _ input: UnsafePointer<Float>, _ mean: UnsafeMutablePointer<Float>, _ variance: UnsafeMutablePointer<Float>,
        _ channel: Channels, _ pool: WorkerPool
    ) {
        pool.run(parts: blocks.number) { block, _ in
            let partial = channel.partial(block), count = blocks[block].count
            partial.center.update(repeating: 0, count: 3 * width)
            set.microkernels.sum(
                input + blocks[block].lowerBound * channels, count: count, channels: channels, into: partial.center)
            for c in 0..<channels { partial.center[c] /= Float(count) }
            forEachRun(blocks[block]) { rows in
                let start = input + rows.lowerBound * channels, center = partial.center
                let call = NormalizationRows(
                    input: start, rows: rows.count, channels: channels, mean: center, scale: center, shift: center)
                set.microkernels.deviations(call, sums: partial.first, squares: partial.second)
            }
        }
        for c in 0..<channels {
            var count = 0.0, center = 0.0, squares = 0.0
            for block in 0..<blocks.number {
                // The block's center is its mean but for rounding, which the sum of deviations corrects.
                let partial = channel.partial(block), more = Double(blocks[block].count),
                    rest = Double(partial.first[c]) / more
                let distance = Double(partial.center[c]) + rest - center
                squares +=
                    Double(partial.second[c]) - rest * rest * more + distance * distance * count * more / (count + more)
                count += more
                center += distance * more / count
            }
            mean[c] = Float(center)
            variance[c] = Float(max(0, squares / count))
        }
    }

    /// Rows whose sums stay in registers: short, since errors grow with their number.
    private func forEachRun(_ block: Range<Int>, _ body: (Range<Int>) -> Void) {
        let runs = Blocks(block.count, of: 64)
        for index in 0..<runs.number {
            body(block.lowerBound + runs[index].lowerBound..<block.lowerBound + runs[index].upperBound)
        }
    }

    private func prepare(
        _ channel: Channels, _ gamma: UnsafePointer<Float>?, _ beta: UnsafePointer<Float>?,
        _ mean: UnsafePointer<Float>, _ variance: UnsafePointer<Float>
    ) {
        for c in 0..<channels {
            channel.mean[c] = mean[c]
            channel.scale[c] = Float(Double(gamma?[c] ?? 1) / (Double(variance[c]) + Double(epsilon)).squareRoot())
            channel.shift[c] = beta?[c] ?? 0
        }
    }

    private func call(_ input: UnsafePointer<Float>, _ rows: Range<Int>, _ channel: Channels) -> NormalizationRows {
        var call = NormalizationRows(
            input: input + rows.lowerBound * channels, rows: rows.count, channels: channels, mean: channel.mean,
            scale: channel.scale, shift: channel.shift)
        if let rectifier { (call.rectifies, call.slope, call.maximum) = (true, rectifier.slope, rectifier.maximum) }
        return call
    }

    /// Numbers of each channel in the workspace.
    private struct Channels {
        let mean: UnsafeMutablePointer<Float>, scale: UnsafeMutablePointer<Float>, shift: UnsafeMutablePointer<Float>
        let constant: UnsafeMutablePointer<Float>, factor: UnsafeMutablePointer<Float>
        private let partials: UnsafeMutablePointer<Float>
        private let width: Int

        init(_ memory: UnsafeMutablePointer<Float>, _ width: Int) {
            (mean, scale, shift) = (memory, memory + width, memory + 2 * width)
            (constant, factor, partials) = (memory + 3 * width, memory + 4 * width, memory + 5 * width)
            self.width = width
        }

        /// The center of a block of rows, and the sums over it.
        func partial(_ block: Int) -> (
            center: UnsafeMutablePointer<Float>, first: UnsafeMutablePointer<Float>, second: UnsafeMutablePointer<Float>
        ) {
            let start = partials + 3 * block * width
            return (start, start + width, start + 2 * width)
        }
    }
}

extension Rectifier {
    /// 1 between the corners, the slope up to the lower one, 0 from the upper one on.
    func derivative(_ x: Float) -> Float { x > 0 ? (x >= maximum ? 0 : 1) : slope }
}
