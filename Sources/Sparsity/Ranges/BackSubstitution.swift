import Graphs
import Tensors

/// Bounds of a layer's sums in terms of what the layer before it reads: tighter than those in terms of its own inputs,
/// since what several of them have in common cancels.
///
/// Each input a of the layer lies between two lines over the sum S that the layer before it makes: for a ReLU of
/// z = f S + k in [l, u] these are α z ≤ a ≤ u (z − l) / (u − l), with α the one of 0 and 1 that leaves the smaller
/// triangle (Zhang et al. 2018, Efficient Neural Network Robustness Certification with General Activation Functions).
/// By the sign of each weight one of them takes the place of the input; what comes out is one linear function of the
/// numbers that the layer before reads, whose extremes over their intervals are known.
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

    /// The most products that are worth it: some minutes of one core.
    private static let mostProducts = 1 << 38

    /// How many products it takes.
    var products: Int {
        outer.widths.indices.reduce(0) { total, output in
            let rows = outer.rows(of: output), width = inner.span(of: rows).count
            return total.plusClamped(
                rows.count.timesClamped(outer.taps).timesClamped(inner.taps).timesClamped(width).timesClamped(2))
        }
    }

    /// For each output of the outer layer its ends over all positions; nil where that takes too long, or nothing is
    /// known of what is read.
    func ends() -> (lower: [Double], upper: [Double])? {
        guard read.allSatisfy(\.isBounded), products <= Self.mostProducts else { return nil }
        var lower: [Double] = [], upper: [Double] = []
        for output in outer.widths.indices {
            let found = ends(of: output)
            lower.append(found.lower)
            upper.append(found.upper)
        }
        return (lower, upper)
    }

    private func ends(of output: Int) -> Interval {
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
        for places in grid.places {
            let (center, radius) = extremes(of: above, at: places, block, span)
            upper = max(upper, places.reduce(center + radius) { $0 + constants[$1].upper })
            let (middle, half) = extremes(of: below, at: places, block, span)
            lower = min(lower, places.reduce(middle - half) { $0 + constants[$1].lower })
        }
        return Interval(lower - error, upper + error)
    }

    /// The value in the middle, and how far from it the extremes are, of a function that is the sum of those of some
    /// outer taps: where two taps look at one number, they look at the same.
    private func extremes(of function: [Double], at places: [Int], _ block: Int, _ span: Range<Int>) -> (
        Double, Double
    ) {
        var shifts: [Int: [Int]] = [:]
        for place in places {
            for tap in 0..<inner.taps {
                let down = place / grid.width * outerSteps[0] + tap / inner.width * innerSteps[0]
                let right = place % grid.width * outerSteps[1] + tap % inner.width * innerSteps[1]
                shifts[down << 32 | right, default: []].append(place * block + tap * span.count)
            }
        }
        var center = 0.0, radius = 0.0
        for starts in shifts.values {
            for (offset, row) in span.enumerated() {
                var factor = 0.0
                for start in starts { factor += function[start + offset] }
                center += factor * read[row].center
                radius += abs(factor) * read[row].radius
            }
        }
        return (center, radius)
    }
}

extension Activation {
    /// The lines between which the function keeps factor · S + constant, give or take an error, with what it is given in
    /// `x` and makes in `y`; two horizontal ones where nothing better is known.
    func lines(over form: WeightedSums.Form, given x: Interval, making y: Interval) -> BackSubstitution.Lines {
        // Lines are rounded themselves, in Float64.
        let error = form.error + (abs(form.constant) + form.error + x.magnitude) * 0x1p-40
        func below(_ slope: Double) -> (Double, Double) { (slope * form.factor, slope * (form.constant - error)) }
        func above(_ slope: Double, _ constant: Double) -> (Double, Double) {
            (slope * form.factor, slope * (form.constant + error) + constant)
        }
        if isIdentity(on: x) { return .init(lower: below(1), upper: above(1, 0)) }
        guard case let .relu(maximum, 0, 0) = self, x.lower < 0, x.upper > 0,
            x.upper <= maximum.map(Double.init) ?? .infinity
        else { return .init(lower: (0, y.lower), upper: (0, y.upper)) }
        let slope = x.upper / (x.upper - x.lower)
        return .init(
            lower: below(x.upper > -x.lower ? 1 : 0), upper: above(slope, -slope * x.lower + x.upper * 0x1p-40))
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
