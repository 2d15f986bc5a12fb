import MicrokernelInterface
import Testing
@testable import Kernels

@Suite struct Summaries {
    /// By a plain loop, in Float64: rows × channels for each image, and what a rectifier leaves of the pixels.
    private func expected(
        _ input: [Float], images: Int, positions: Int, channels: Int, step: Int, rectifier: Rectifier?,
        tolerances: [Float]?
    ) -> (rows: [Double], pixels: [Float]) {
        var rows: [Double] = [], pixels = input
        for image in 0..<images {
            var table = [[Double]](repeating: [], count: SummaryKernel.rows)
            for channel in 0..<channels {
                let places = (0..<positions).map { (image * positions + $0) * step + channel }
                let before = places.map { input[$0] }, after = before.map { rectifier?($0) ?? $0 }
                for (place, value) in zip(places, after) { pixels[place] = value }
                table[ChannelSummary.Row.largest.rawValue].append(Double(before.max() ?? -.infinity))
                table[ChannelSummary.Row.smallest.rawValue].append(Double(before.min() ?? .infinity))
                table[ChannelSummary.Row.zeros.rawValue].append(
                    Double(after.count { abs($0) <= tolerances?[channel] ?? 0 }))
                table[ChannelSummary.Row.sum.rawValue].append(after.reduce(0) { $0 + Double($1) })
                table[ChannelSummary.Row.squares.rawValue].append(after.reduce(0) { $0 + Double($1) * Double($1) })
                table[ChannelSummary.Row.inputSum.rawValue].append(before.reduce(0) { $0 + Double($1) })
            }
            rows += table.joined()
        }
        return (rows, pixels)
    }

    @Test("Summaries agree with a plain loop, and a rectifier with itself", arguments: 1...80)
    func random(seed: Int) {
        var dice = Dice(seed)
        let images = dice.int(1...3), positions = dice.int(1...700), channels = dice.int(1...70)
        let step = channels + (seed % 3 == 0 ? dice.int(1...9) : 0)
        // Values on a grid, so that many are 0 and some are at a tolerance.
        let input = (0..<images * positions * step).map { _ in Float(dice.int(-8...8)) / 8 }
        let rectifier: Rectifier? =
            switch seed % 4 {
            case 0: nil
            case 1: Rectifier()
            case 2: Rectifier(maximum: 0.5)
            default: Rectifier(slope: 0.25)
            }
        let tolerances: [Float]? = seed % 2 == 0 ? nil : (0..<channels).map { _ in Float(dice.int(0...3)) / 8 }
        let expected = expected(
            input, images: images, positions: positions, channels: channels, step: step, rectifier: rectifier,
            tolerances: tolerances)
        for set in InstructionSet.available {
            let kernel = SummaryKernel(
                images: images, positions: positions, channels: channels, step: step, rectifier: rectifier,
                tolerances: tolerances, set: set)
            let memory = AlignedFloats(input), output = AlignedFloats(count: expected.rows.count)
            WorkerPool(workers: 2).run(parts: kernel.units) { part, _ in
                kernel.run(
                    Operands(input: memory.start, output: output.start, workspace: output.start),
                    units: part..<part + 1)
            }
            #expect(
                expected.rows.indices.allSatisfy { abs(Double(output[$0]) - expected.rows[$0]) < 1e-3 },
                "seed \(seed), \(kernel.name)")
            #expect(expected.pixels.indices.allSatisfy { memory[$0] == expected.pixels[$0] }, "seed \(seed)")
        }
    }

    @Test("Winograd's kernels tell of their tiles what a summary tells of their output", arguments: 1...40)
    func tiles(seed: Int) {
        var dice = Dice(seed)
        let axes = (0..<2).map { _ in SlidingAxis(input: dice.int(3...23), output: 0, size: 3, padding: dice.int(0...1))
        }
        .map { SlidingAxis(input: $0.input, output: $0.input + 2 * $0.padding - 2, size: 3, padding: $0.padding) }
        var shape = ConvolutionShape(
            images: dice.int(1...4), vertical: axes[0], horizontal: axes[1], inputChannels: dice.int(1...20),
            outputChannels: dice.int(1...70))
        let weights = AlignedFloats(dice.floats(shape.weightCount)), channels = shape.outputChannels,
            bias = Epilogue(bias: AlignedFloats(dice.floats(channels)))
        let rectifiers = [nil, Rectifier(), Rectifier(maximum: 0.5), Rectifier(slope: 0.25)],
            rectifier = rectifiers[seed % 4], input = dice.floats(shape.images * shape.inputImage),
            tolerances = seed % 3 == 0 ? dice.floats(channels).map(abs) : nil, pools = seed % 2 == 0
        let plane = axes[0].output * axes[1].output, pooled = axes[0].output / 2 * (axes[1].output / 2),
            count = shape.images * channels * (pools ? pooled : plane)
        for set in InstructionSet.available {
            for size in [2, 4] {
                func made(_ summary: Summarizing?, _ epilogue: Epilogue) -> WinogradConvolution? {
                    WinogradConvolution(
                        shape, weights: weights, epilogue: epilogue, pools: summary != nil && pools,
                        summarizing: summary, size: size, set: set)
                }
                guard let kernel = made(Summarizing(rectifier: rectifier, tolerances: tolerances), bias),
                    let plain = made(nil, bias), let join = kernel.summaryJoin
                else { Issue.record("declined"); continue }
                var whole = execute(plain, input, count: shape.images * shape.outputImage)
                let rows = expected(
                    whole, images: shape.images, positions: plane, channels: channels, step: channels,
                    rectifier: rectifier, tolerances: tolerances)
                whole = rows.pixels
                if pools {
                    func halved(_ axis: SlidingAxis) -> SlidingAxis {
                        SlidingAxis(input: axis.output, output: axis.output / 2, size: 2, stride: 2)
                    }
                    whole = execute(
                        PoolingKernel(
                            .max, images: shape.images, vertical: halved(axes[0]), horizontal: halved(axes[1]),
                            channels: channels, set: set), whole, count: count)
                }
                let (output, tables) = execute(
                    kernel, input, count: count, summaries: shape.images * join.inputCount, workers: 2)
                #expect(output == whole, "seed \(seed): \(kernel.name), \(shape)")
                let summary = execute(join, tables, count: rows.rows.count)
                #expect(
                    zip(summary, rows.rows).allSatisfy { abs(Double($0) - $1) <= 1e-3 + 1e-5 * abs($1) },
                    "seed \(seed): \(kernel.name), \(shape)")

                // The last image alone: the same bits.
                let images = shape.images
                shape.images = 1
                defer { shape.images = images }
                guard let single = made(Summarizing(rectifier: rectifier, tolerances: tolerances), bias),
                    let one = single.summaryJoin
                else { Issue.record("declined"); continue }
                let alone = execute(
                    single, Array(input.suffix(shape.inputImage)), count: channels * (pools ? pooled : plane),
                    summaries: one.inputCount)
                #expect(
                    execute(one, alone.summaries, count: SummaryKernel.rows * channels).map(\.bitPattern)
                        == summary.suffix(SummaryKernel.rows * channels).map(\.bitPattern), "seed \(seed)")
            }
        }
    }

    @Test("A NaN is in the sum, not in the extremes, and no zero")
    func notANumber() {
        for set in InstructionSet.available {
            let kernel = SummaryKernel(images: 1, positions: 3, channels: 1, rectifier: Rectifier(), set: set)
            let rows = execute(kernel, [2, .nan, -1], count: SummaryKernel.rows)
            #expect(rows[ChannelSummary.Row.largest.rawValue] == 2 && rows[ChannelSummary.Row.smallest.rawValue] == -1)
            #expect(rows[ChannelSummary.Row.zeros.rawValue] == 1 && rows[ChannelSummary.Row.sum.rawValue].isNaN)
        }
    }
}
