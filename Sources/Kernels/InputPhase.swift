extension SlidingAxis {
    /// The output that reads `input` under a tap.
    func output(reading input: Int, under tap: Int) -> Int? {
        let reach = input + padding - tap * dilation
        guard reach >= 0, reach % stride == 0, reach / stride < output else { return nil }
        return reach / stride
    }

    /// Inputs that lie a stride apart, from `first` on, and how the outputs that read them lie around them.
    struct Phase {
        let first: Int
        /// The taps that read them.
        let taps: [Int]
        /// Slides over the outputs with those taps in reverse order.
        let axis: SlidingAxis
    }

    /// Those of each remainder by the stride; nil where one's first window would begin behind its first output.
    var phases: [Phase]? {
        var phases: [Phase] = []
        for first in 0..<min(stride, input) {
            let taps = (0..<size).filter { (first + padding - $0 * dilation) % stride == 0 }, count = (input - first + stride - 1) / stride
            guard let last = taps.last else {
                phases.append(Phase(first: first, taps: [], axis: SlidingAxis(input: output, output: count, size: 1)))
                continue
            }
            // Input first + q · stride is read by output (first + padding − tap · dilation) / stride + q.
            let start = (first + padding - last * dilation) / stride, step = taps.count > 1 ? (taps[1] - taps[0]) * dilation / stride : 1
            guard start <= 0 else { return nil }
            phases.append(Phase(first: first, taps: taps, axis: SlidingAxis(input: output, output: count, size: taps.count, dilation: step, padding: -start)))
        }
        return phases
    }
}
