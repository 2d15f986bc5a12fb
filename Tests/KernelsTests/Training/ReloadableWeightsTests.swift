import TestSupport
import Testing
@testable import Kernels

@Suite struct ReloadableWeightsTests {
    /// The weights as a kernel prepares them when it is made, and as they are filled in again.
    private func check(
        _ shape: ConvolutionShape, _ set: InstructionSet, tolerance: Float, _ make: (AlignedFloats) -> (any Kernel)?
    ) {
        var dice = Dice(shape.weightCount)
        let weights = AlignedFloats(count: shape.weightCount, areReloaded: true),
            others = AlignedFloats(count: shape.weightCount, areReloaded: true), pool = WorkerPool(workers: 2)
        for floats in [weights, others] {
            floats.start.update(from: dice.floats(shape.weightCount), count: shape.weightCount)
        }
        let input = dice.floats(shape.images * shape.inputImage), count = shape.outputPixels * shape.outputChannels
        guard let wanted = make(weights), let changed = make(others),
            let changing = ReloadableWeights(others, of: shape, set: set)
        else { Issue.record("declined"); return }
        changing.load(weights.start, on: pool)
        #expect(
            deviation(execute(changed, input, count: count), execute(wanted, input, count: count)) <= tolerance,
            "\(changed.name), \(shape)")
    }

    @Test(
        "Weights filled in again are those that a new kernel has",
        arguments: [(1, 1, 1), (7, 9, 1), (3, 50, 1), (33, 100, 1), (12, 36, 3), (20, 17, 1)])
    func again(inputs: Int, outputs: Int, groups: Int) {
        let axis = SlidingAxis(input: 9, output: 9, size: 3, padding: 1)
        let shape = ConvolutionShape(
            images: 2, vertical: axis, horizontal: axis, inputChannels: inputs, outputChannels: outputs, groups: groups)
        for set in InstructionSet.available {
            check(shape, set, tolerance: 0) { PanelConvolution(shape, weights: $0, epilogue: Epilogue(), set: set) }
            if groups > 1 { continue }
            for size in [2, 4] {
                check(shape, set, tolerance: 2e-6) {
                    WinogradConvolution(shape, weights: $0, epilogue: Epilogue(), size: size, set: set)
                }
            }
        }
    }

    @Test("Transposition swaps rows and columns", arguments: [(1, 1), (4, 4), (3, 9), (9, 3), (17, 22)])
    func transposition(rows: Int, columns: Int) {
        let source = AlignedFloats((0..<rows * (columns + 2)).map { Float($0) })
        for set in InstructionSet.available {
            let target = AlignedFloats([Float](repeating: -1, count: columns * (rows + 1)))
            set.microkernels.transpose(
                source.start, stride: columns + 2, to: target.start, targetStride: rows + 1, rows: rows,
                columns: columns)
            for r in 0..<rows {
                for c in 0..<columns { #expect(target[c * (rows + 1) + r] == source[r * (columns + 2) + c]) }
            }
            for c in 0..<columns { #expect(target[c * (rows + 1) + rows] == -1, "written beside the matrix") }
        }
    }

    @Test("Rows are copied no further than they are wide, since threads write those that follow")
    func rows() {
        for set in InstructionSet.available {
            let width = set.lanes + set.microkernels.panelGranularity,
                source = AlignedFloats([Float](repeating: 1, count: 3 * width)),
                target = AlignedFloats(count: 3 * width)
            set.microkernels.copyRows(
                source.start, step: width, to: target.start, targetStep: width, count: 2, width: width)
            #expect((0..<3 * width).allSatisfy { target[$0] == ($0 < 2 * width ? 1 : 0) }, "\(set.name)")
        }
    }
}
