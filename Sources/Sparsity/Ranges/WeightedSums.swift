import Graphs
import Tensors

/// Bounds of the sums that the weights of a layer make of their inputs, at any position, before bias and rounding.
struct WeightedSums {
    /// For each output its ends over all positions.
    private(set) var lower: [Double]
    private(set) var upper: [Double]
    /// For each output Σ|w| |x| at most, of a window that lies inside.
    private(set) var sizes: [Double]
    /// How many products a sum has.
    private(set) var terms: Double
    /// Errors of Winograd's transforms, where they may be used: for each output Σ|w| |x| with the growth of each tap,
    /// and the roundings.
    private var winograd: (sizes: [Double], operations: Double)?

    /// - Parameters:
    ///   - inputs: bounds of each input channel.
    ///   - grid: the kinds of positions of the window; one tap where nothing slides.
    ///   - transforms: how Winograd's transforms let the error of each tap grow; nil where they cannot be used.
    init(
        _ map: Connections, _ kernel: Tensor, reading inputs: [Interval], at grid: TapGrid, transforms: [Double]? = nil
    ) {
        precondition(inputs.count == map.rows, "\(inputs.count) intervals for \(map.rows) rows of a kernel")
        let taps = TapSums(map, kernel, reading: inputs, taps: grid.taps)
        (lower, upper) = taps.ends(grid)
        sizes = taps.sizes()
        terms = Double(kernel.count) / Double(max(1, map.outputs))
        if let transforms {
            winograd = (
                taps.sizes(growing: transforms), Double(map.inputs) + Rounding.Winograd.operations
            )
        }
    }

    /// What holds of either of two sums, as at different positions.
    func union(_ other: WeightedSums) -> WeightedSums {
        var result = self
        for output in lower.indices {
            result.lower[output] = min(lower[output], other.lower[output])
            result.upper[output] = max(upper[output], other.upper[output])
            result.sizes[output] = max(sizes[output], other.sizes[output])
        }
        return result
    }

    /// scale · (sum + bias) + shift as kernels compute it, scale and shift in the weights or on their own: of each
    /// output.
    func intervals(
        scale: (Int) -> Double = { _ in 1 }, bias: Tensor? = nil, shift: (Int) -> Double = { _ in 0 }
    ) -> [Interval] {
        zip(lower.indices, forms(scale: scale, bias: bias, shift: shift)).map { output, form in
            Interval(lower[output], upper[output]).scaled(by: form.factor).shifted(by: form.constant)
                .widened(by: form.error)
        }
    }

    /// What kernels compute of a sum: factor · sum + constant, give or take an error.
    struct Form {
        let factor: Double
        let constant: Double
        let error: Double
    }

    /// scale · (sum + bias) + shift, of each output.
    func forms(
        scale: (Int) -> Double = { _ in 1 }, bias: Tensor? = nil, shift: (Int) -> Double = { _ in 0 }
    ) -> [Form] {
        lower.indices.map { output in
            let factor = scale(output), bias = bias.map { Double($0[output]) } ?? 0, term = shift(output)
            let constants = abs(factor * bias) + abs(term)
            // Besides products and sums: rounded weights, a rounded bias, scaling and shifting.
            var error = Rounding.error(operations: terms + 10, of: abs(factor) * sizes[output] + constants)
            if let winograd {
                error = max(
                    error,
                    Rounding.error(
                        operations: winograd.operations, of: abs(factor) * winograd.sizes[output] + constants))
            }
            return Form(factor: factor, constant: factor * bias + term, error: error)
        }
    }

    /// Keeps what lies inside other bounds of the same sums.
    mutating func tighten(_ ends: (lower: [Double], upper: [Double])) {
        for output in lower.indices {
            // Where both are rounded and a sum can be but one number, they may pass each other.
            let ends = (max(lower[output], ends.lower[output]), min(upper[output], ends.upper[output]))
            if ends.0 <= ends.1 { (lower[output], upper[output]) = ends }
        }
    }
}

/// What each tap of a kernel adds to each output at most, as centers and radii: w · [c − r, c + r] is w c ± |w| r.
private struct TapSums {
    let outputs: Int
    let taps: Int
    /// Taps × outputs.
    private var centers: [Double]
    private var radii: [Double]
    private var magnitudes: [Double]

    init(_ map: Connections, _ kernel: Tensor, reading inputs: [Interval], taps: Int) {
        (outputs, self.taps) = (map.outputs, taps)
        var centers = [Double](repeating: 0, count: taps * outputs), radii = centers, magnitudes = centers
        let perTap = max(1, kernel.count / taps), outputs = outputs
        var seen = 0
        let middles = inputs.map(\.center), halves = inputs.map(\.radius),
            sizes = inputs.map(\.magnitude)
        map.forEachRun(of: kernel) { _, row, first, weights in
            let start = seen / perTap * outputs + first, center = middles[row], radius = halves[row], size = sizes[row]
            seen += weights.count
            var c = centers.mutableSpan, r = radii.mutableSpan, m = magnitudes.mutableSpan
            // Of what is not bounded nothing is known, whatever the weight: infinity times 0 is no number.
            if radius == .infinity {
                for place in start..<start + weights.count { (r[place], m[place]) = (.infinity, .infinity) }
                return
            }
            for index in weights.indices {
                let weight = Double(weights[index]), magnitude = abs(weight), place = start + index
                c[place] += weight * center
                r[place] += magnitude * radius
                m[place] += magnitude * size
            }
        }
        (self.centers, self.radii, self.magnitudes) = (centers, radii, magnitudes)
    }

    /// For each output the sum over all taps; `growing`: a factor for each tap.
    func sizes(growing factors: [Double]? = nil) -> [Double] {
        (0..<outputs).map { output in
            (0..<taps).reduce(0.0) { $0 + (factors?[$1] ?? 1) * magnitudes[$1 * outputs + output] }
        }
    }

    /// The most additions that positions are told apart for; beyond, any taps may be missing at any position.
    private static let mostSteps = 1 << 28

    /// For each output the least and the greatest sum over all kinds of positions.
    func ends(_ grid: TapGrid) -> (lower: [Double], upper: [Double]) {
        let steps = (grid.rows.count * (grid.height + grid.columns.count)).timesClamped(grid.width)
            .timesClamped(outputs)
        if steps > Self.mostSteps { return endsOfAnyTaps }
        var lower = [Double](repeating: .infinity, count: outputs), upper = lower.map { -$0 }
        for rows in grid.rows {
            var lines = (centers: [Double](repeating: 0, count: grid.width * outputs), radii: [Double]())
            lines.radii = lines.centers
            for row in rows {
                let start = row * grid.width * outputs
                for place in lines.centers.indices {
                    lines.centers[place] += centers[start + place]
                    lines.radii[place] += radii[start + place]
                }
            }
            for columns in grid.columns {
                for output in 0..<outputs {
                    var center = 0.0, radius = 0.0
                    for column in columns {
                        center += lines.centers[column * outputs + output]
                        radius += lines.radii[column * outputs + output]
                    }
                    lower[output] = min(lower[output], center - radius)
                    upper[output] = max(upper[output], center + radius)
                }
            }
        }
        return (lower, upper)
    }

    private var endsOfAnyTaps: (lower: [Double], upper: [Double]) {
        var lower = [Double](repeating: 0, count: outputs), upper = lower
        for place in centers.indices {
            lower[place % outputs] += min(0, centers[place] - radii[place])
            upper[place % outputs] += max(0, centers[place] + radii[place])
        }
        return (lower, upper)
    }
}
