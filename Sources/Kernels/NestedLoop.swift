import MicrokernelInterface

/// An index space walked by up to three operands, each with its own strides: what copies, transpositions, broadcasts
/// and combinations of tensors have in common.
///
/// Axes of length 1 are dropped and axes that lie end to end in every operand are joined, so that the innermost run is
/// as long as it can be. A unit is a block of elements.
package struct NestedLoop: Sendable {
    /// The innermost axis.
    let run: Int
    /// The strides of the innermost axis, per operand.
    let steps: Strides
    private let lengths: [Int]
    private let strides: [Strides]
    private let blocks: Blocks

    /// One stride per operand: what is written, and one or two things read. In floats; 0 repeats a value.
    package struct Strides: Sendable, Equatable {
        package var output: Int
        package var first: Int
        package var second: Int

        package init(output: Int, first: Int, second: Int = 0) {
            (self.output, self.first, self.second) = (output, first, second)
        }

        static func * (strides: Strides, length: Int) -> Strides {
            Strides(output: strides.output * length, first: strides.first * length, second: strides.second * length)
        }

        static func += (a: inout Strides, b: Strides) {
            a.output &+= b.output
            a.first &+= b.first
            a.second &+= b.second
        }
    }

    /// Axes from the outermost to the innermost.
    package init(lengths: [Int], strides: [Strides]) {
        precondition(lengths.count == strides.count, "one stride per axis")
        var axes: [(length: Int, strides: Strides)] = []
        for (length, stride) in zip(lengths, strides) where length != 1 {
            if let outer = axes.last, stride * length == outer.strides {
                axes[axes.count - 1] = (outer.length * length, stride)
            } else {
                axes.append((length, stride))
            }
        }
        let inner = axes.popLast() ?? (1, Strides(output: 1, first: 1, second: 1))
        run = inner.length
        steps = inner.strides
        self.lengths = axes.map(\.length)
        self.strides = axes.map(\.strides)
        blocks = Blocks(lengths.reduce(1, *), of: 1 << 14)
    }

    package var units: Int { blocks.number }

    /// Calls `body` with the offsets of each run, or part of one, in the given units.
    @inline(__always)
    func forEachRun(in units: Range<Int>, _ body: (_ offsets: Strides, _ count: Int) -> Void) {
        forEachStack(in: units) { offsets, count, runs, step in
            var place = offsets
            for _ in 0..<runs {
                body(place, count)
                place += step
            }
        }
    }

    /// Calls `body` with the offsets of the first of several runs of equal length, and the strides from each to the
    /// next.
    @inline(__always)
    func forEachStack(
        in units: Range<Int>, _ body: (_ offsets: Strides, _ count: Int, _ runs: Int, _ step: Strides) -> Void
    ) {
        let length = lengths.last ?? 1, step = strides.last ?? Strides(output: 0, first: 0)
        for unit in units {
            var position = blocks[unit].lowerBound
            let end = blocks[unit].upperBound
            while position < end {
                var (row, column) = position.quotientAndRemainder(dividingBy: run)
                let left = end - position, isWhole = column == 0 && left >= run
                let count = isWhole ? run : min(run - column, left),
                    runs = isWhole ? min(length - row % length, left / run) : 1
                var offsets = steps * column
                for axis in lengths.indices.reversed() {
                    let (outer, index) = row.quotientAndRemainder(dividingBy: lengths[axis])
                    offsets += strides[axis] * index
                    row = outer
                }
                body(offsets, count, runs, step)
                position += count * runs
            }
        }
    }
}

extension ElementwiseRuns {
    /// Runs of a loop over unit steps; nil where it makes others.
    @inline(__always)
    init?(
        _ loop: NestedLoop, _ first: UnsafePointer<Float>, _ second: UnsafePointer<Float>,
        _ output: UnsafeMutablePointer<Float>,
        at offsets: NestedLoop.Strides, _ count: Int, _ runs: Int, _ step: NestedLoop.Strides
    ) {
        guard loop.steps.output == 1, loop.steps.first == 1, loop.steps.second == 0 || loop.steps.second == 1 else {
            return nil
        }
        self.init(
            first: first + offsets.first, second: second + offsets.second, output: output + offsets.output,
            count: count,
            repeatsSecond: loop.steps.second == 0, runs: runs, firstStep: step.first, secondStep: step.second,
            outputStep: step.output)
    }
}
