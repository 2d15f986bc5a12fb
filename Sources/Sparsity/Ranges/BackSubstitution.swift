import Graphs
import Kernels
import Tensors

/// Bounds of a layer's sums in terms of what the layer before it reads: tighter than those in terms of its own inputs,
/// since what several of them have in common cancels.
///
/// Each input a of the layer lies between two lines over the sum S that the layer before it makes: for a ReLU of
/// z = f S + k in [l, u] these are α z ≤ a ≤ u (z − l) / (u − l), with α the one of 0 and 1 that leaves the smaller
/// triangle (Zhang et al. 2018, Efficient Neural Network Robustness Certification with General Activation Functions).
/// One that is clipped has lines through its ceiling. By the sign of each weight one of them takes the place of the
/// input; what comes out is one linear function of the numbers that the layer before reads, whose extremes over their
/// intervals are known.
struct BackSubstitution {
    /// The layer whose sums are bounded, and the one before it.
    let outer: OutputKernel
    let inner: OutputKernel
    /// The kinds of positions of the outer window.
    let grid: TapGrid
    /// How far apart along height and width two taps of either window look, in positions of what the inner one reads.
    let outerSteps: [Int]
    let innerSteps: [Int]
    /// For each channel between the layers the lines that it lies between, over the inner layer's sum.
    let lines: [Lines]
    /// For each channel between them Σ |w| |x| of that sum at most.
    let sizes: [Double]
    /// What each row of the inner kernel reads, 0 included where the window meets the border.
    let read: [Interval]

    /// lower.slope · S + lower.constant ≤ a ≤ upper.slope · S + upper.constant.
    struct Lines {
        var lower: (slope: Double, constant: Double)
        var upper: (slope: Double, constant: Double)
    }

    /// The most numbers that are held at a time.
    private static let mostHeld = 1 << 24

    /// How many products it takes, some 10⁹ a second; the largest number where it takes too much memory.
    var products: Int {
        let taps = outer.taps.timesClamped(inner.taps)
        let positions = grid.rows.count.timesClamped(grid.columns.count)
        if positions.timesClamped(taps) > Self.mostHeld { return .max }
        return outer.widths.indices.reduce(0) { total, output in
            let rows = outer.rows(of: output), block = inner.span(of: rows).count.timesClamped(taps)
            if block > Self.mostHeld { return .max }
            return total.plusClamped(rows.count.plusClamped(positions).timesClamped(block).timesClamped(2))
        }
    }

    /// For each output of the outer layer its ends over all positions; nil where nothing is known of what is read.
    func ends(on pool: WorkerPool) -> (lower: [Double], upper: [Double])? {
        guard read.allSatisfy(\.isBounded) else { return nil }
        let positions = grid.places.map { ($0, overlaps($0)) }
        let outputs = outer.widths.count
        let found = unsafe [Interval](unsafeUninitializedCapacity: outputs) { buffer, count in
            let elements = unsafe buffer
            pool.run(parts: outputs) { output, _ in
                unsafe elements.initializeElement(at: output, to: ends(of: output, at: positions))
            }
            count = outputs
        }
        return (found.map(\.lower), found.map(\.upper))
    }

    /// `positions`: for each kind the outer taps that meet the image, and their `overlaps`.
    private func ends(of output: Int, at positions: [(places: [Int], overlaps: [[Overlap]])]) -> Interval {
        let rows = outer.rows(of: output), span = inner.span(of: rows), block = inner.taps * span.count
        // For each outer tap: the function of what the inner layer reads, its constant, and the magnitudes behind both.
        var above = [Double](repeating: 0, count: outer.taps * block), below = above
        var constants = [(lower: Double, upper: Double)](repeating: (0, 0), count: outer.taps)
        var size = 0.0
        for tap in 0..<outer.taps {
            for row in rows {
                let weight = outer.weight(output, tap, row), line = lines[row]
                if weight == 0 { continue }
                let (low, high) = weight > 0 ? (line.lower, line.upper) : (line.upper, line.lower)
                constants[tap].lower += weight * low.constant
                constants[tap].upper += weight * high.constant
                let steepest = max(abs(low.slope), abs(high.slope)),
                    farthest = max(abs(low.constant), abs(high.constant))
                size += abs(weight) * (steepest * sizes[row] + farthest)
                inner.add(weight * low.slope, of: row, to: &below, at: tap * block, from: span.lowerBound, span.count)
                inner.add(weight * high.slope, of: row, to: &above, at: tap * block, from: span.lowerBound, span.count)
            }
        }
        let operations = outer.taps * (rows.count + block) + 64
        // Of Float64, twice as much as Higham's bound: see `Rounding`.
        let error = size * Double(operations) * 0x1p-52
        var lower = Double.infinity, upper = -Double.infinity
        for (places, overlaps) in positions {
            let (center, radius) = extremes(of: above, overlaps, block, span)
            upper = max(upper, places.reduce(center + radius) { $0 + constants[$1].upper })
            let (middle, half) = extremes(of: below, overlaps, block, span)
            lower = min(lower, places.reduce(middle - half) { $0 + constants[$1].lower })
        }
        return Interval(lower - error, upper + error)
    }

    /// An outer tap and an inner one.
    private typealias Overlap = (outer: Int, inner: Int)

    /// The taps through which some outer ones look, those together that look at the same place.
    private func overlaps(_ places: [Int]) -> [[Overlap]] {
        var found: [[Int]: [Overlap]] = [:]
        for place in places {
            for tap in 0..<inner.taps {
                let down = place / grid.width * outerSteps[0] + tap / inner.width * innerSteps[0]
                let right = place % grid.width * outerSteps[1] + tap % inner.width * innerSteps[1]
                found[[down, right], default: []].append((place, tap))
            }
        }
        // In one order, so that sums are the same in every run.
        return found.sorted { $0.key.lexicographicallyPrecedes($1.key) }.map(\.value)
    }

    /// The value in the middle, and how far from it the extremes are, of a function that is the sum of those of some
    /// taps: what looks at the same place looks at the same numbers.
    private func extremes(of function: [Double], _ overlaps: [[Overlap]], _ block: Int, _ span: Range<Int>) -> (
        Double, Double
    ) {
        var center = 0.0, radius = 0.0
        for taps in overlaps {
            let starts = taps.map { $0.outer * block + $0.inner * span.count }
            for (offset, row) in span.enumerated() {
                let factor = starts.reduce(0.0) { $0 + function[$1 + offset] }
                center += factor * read[row].center
                radius += abs(factor) * read[row].radius
            }
        }
        return (center, radius)
    }
}

extension Activation {
    /// The lines between which the function keeps factor · S + constant, give or take an error, with what it is given
    /// in `x` and makes in `y`; two horizontal ones where nothing better is known.
    func lines(over form: WeightedSums.Form, given x: Interval, making y: Interval) -> BackSubstitution.Lines {
        guard let lines = lines(over: x) else { return .init(lower: (0, y.lower), upper: (0, y.upper)) }
        // Lines are rounded themselves, in Float64.
        let size = form.error + abs(form.constant) + x.magnitude, error = form.error + size * 0x1p-40
        func line(_ line: (slope: Double, constant: Double), _ sign: Double) -> (slope: Double, constant: Double) {
            let shift = line.constant + sign * (line.slope * error + size * 0x1p-40)
            return (line.slope * form.factor, line.slope * form.constant + shift)
        }
        return .init(lower: line(lines.lower, -1), upper: line(lines.upper, 1))
    }

    /// The same over what it is given; none of the slopes is negative. Nil for all but ReLUs, clipped or not, and what
    /// hands on its input.
    private func lines(over x: Interval) -> BackSubstitution.Lines? {
        if isIdentity(on: x) { return .init(lower: (1, 0), upper: (1, 0)) }
        guard case let .relu(maximum, 0, 0) = self, x.isBounded else { return nil }
        let ceiling = maximum.map(Double.init) ?? .infinity, top = min(x.upper, ceiling)
        guard x.upper > 0, x.lower < top else { return nil }
        guard x.lower < 0 else {
            // Up to the ceiling, then level.
            let slope = (top - x.lower) / (x.upper - x.lower)
            return .init(
                lower: (slope, x.lower - slope * x.lower),
                upper: top - x.lower > x.upper - top ? (1, 0) : (0, top))
        }
        let slope = top / (top - x.lower)
        return .init(lower: (x.upper > -x.lower ? top / x.upper : 0, 0), upper: (slope, -slope * x.lower))
    }
}

extension TapGrid {
    /// Each kind of position as the taps that meet the image there, row after row.
    fileprivate var places: [[Int]] {
        rows.flatMap { rows in columns.map { columns in rows.flatMap { row in columns.map { row * width + $0 } } } }
    }
}

/// A kernel with the weights of each output together, tap after tap.
struct OutputKernel {
    let taps: Int
    /// Of the window.
    let width: Int
    /// For each output the first row of the kernel that it reads, and how many.
    private let first: [Int]
    let widths: [Int]
    /// Where its weights begin.
    private let starts: [Int]
    private let weights: [Float]

    init(_ map: Connections, _ kernel: Tensor, _ grid: TapGrid) {
        (taps, width) = (grid.taps, grid.width)
        var low = [Int](repeating: .max, count: map.outputs), high = [Int](repeating: 0, count: map.outputs)
        map.forEachRun(of: kernel) { _, row, output, weights in
            for output in output..<(output + weights.count) {
                low[output] = min(low[output], row)
                high[output] = max(high[output], row + 1)
            }
        }
        first = zip(low, high).map { min($0, $1) }
        widths = zip(first, high).map { $1 - $0 }
        var starts: [Int] = [], count = 0
        for width in widths {
            starts.append(count)
            count += width * grid.taps
        }
        var ordered = [Float](repeating: 0, count: count), seen = 0
        let perTap = max(1, kernel.count / grid.taps), first = first, widths = widths
        map.forEachRun(of: kernel) { _, row, output, weights in
            let tap = seen / perTap
            seen += weights.count
            for index in weights.indices {
                let output = output + index
                ordered[starts[output] + tap * widths[output] + row - first[output]] = weights[index]
            }
        }
        (self.starts, weights) = (starts, ordered)
    }

    func rows(of output: Int) -> Range<Int> { first[output]..<(first[output] + widths[output]) }

    /// The rows that any of some outputs reads.
    func span(of outputs: Range<Int>) -> Range<Int> {
        let all = outputs.map(rows(of:)).filter { !$0.isEmpty }
        guard let least = all.map(\.lowerBound).min(), let most = all.map(\.upperBound).max() else { return 0..<0 }
        return least..<most
    }

    func weight(_ output: Int, _ tap: Int, _ row: Int) -> Double {
        Double(weights[starts[output] + tap * widths[output] + row - first[output]])
    }

    /// Adds `factor` times the weights of an output to `sum`, which holds `count` rows from row `base` on for each tap.
    func add(_ factor: Double, of output: Int, to sum: inout [Double], at place: Int, from base: Int, _ count: Int) {
        if factor == 0 { return }
        let own = widths[output], offset = first[output] - base
        unsafe weights.withUnsafeBufferPointer { weights in
            unsafe sum.withUnsafeMutableBufferPointer { sum in
                for tap in 0..<taps {
                    let source = unsafe UnsafeBufferPointer(
                        rebasing: weights[(starts[output] + tap * own)...].prefix(own))
                    let start = place + tap * count + offset
                    let target = unsafe UnsafeMutableBufferPointer(rebasing: sum[start..<(start + own)])
                    for row in 0..<own { unsafe target[row] += factor * Double(source[row]) }
                }
            }
        }
    }
}
