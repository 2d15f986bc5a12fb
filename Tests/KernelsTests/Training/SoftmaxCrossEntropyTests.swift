import Testing
@testable import Kernels

@Suite struct SoftmaxCrossEntropies {
    private func reference(_ logits: [Double], _ label: Int, _ smoothing: Double) -> Double {
        let top = logits.max() ?? 0, logSum = logarithmOf(logits.reduce(0) { $0 + exponential($1 - top) }) + top
        return logits.indices.reduce(0) {
            $0 + ((1 - smoothing) * ($1 == label ? 1 : 0) + smoothing / Double(logits.count)) * (logSum - logits[$1])
        }
    }

    private func run(_ logits: [Float], _ labels: [Int32], classes: Int, smoothing: Float = 0, workers: Int = 1) -> (
        losses: [Float], gradient: [Float]
    ) {
        let memory = AlignedFloats(logits), losses = AlignedFloats(count: labels.count)
        labels.withUnsafeBufferPointer { labels in
            guard let labels = labels.baseAddress else { return }
            SoftmaxCrossEntropy(rows: losses.count, classes: classes, smoothing: smoothing)
                .run(
                    logits: memory.start, labels: labels, losses: losses.start, into: memory.start,
                    on: WorkerPool(workers: workers))
        }
        return ((0..<losses.count).map { losses[$0] }, (0..<logits.count).map { memory[$0] })
    }

    @Test(
        "Losses agree with Float64, gradients with the slopes of their mean",
        arguments: [(1, 1), (3, 2), (40, 10), (7, 1000)], [0, 0.1 as Float])
    func values(size: (rows: Int, classes: Int), smoothing: Float) {
        var dice = Dice(size.rows)
        let logits = dice.floats(size.rows * size.classes).map { 5 * $0 },
            labels = (0..<size.rows).map { _ in Int32(dice.int(0...size.classes - 1)) }
        let found = run(logits, labels, classes: size.classes, smoothing: smoothing), step = 1e-4
        for row in 0..<size.rows {
            let line = logits[row * size.classes..<(row + 1) * size.classes].map { Double($0) },
                label = Int(labels[row])
            #expect(abs(Double(found.losses[row]) - reference(line, label, Double(smoothing))) < 1e-5)
            for c in stride(from: 0, to: size.classes, by: max(1, size.classes / 7)) {
                var (above, below) = (line, line)
                above[c] += step
                below[c] -= step
                let slope =
                    (reference(above, label, Double(smoothing)) - reference(below, label, Double(smoothing)))
                    / (2 * step) / Double(size.rows)
                #expect(abs(Double(found.gradient[row * size.classes + c]) - slope) < 1e-6)
            }
        }
        let again = run(logits, labels, classes: size.classes, smoothing: smoothing, workers: 3)
        #expect(again.losses == found.losses && again.gradient == found.gradient)
    }

    /// The same for wanted distributions.
    private func run(_ logits: [Float], targets: [Float], classes: Int, smoothing: Float = 0, workers: Int = 1) -> (
        losses: [Float], gradient: [Float]
    ) {
        let memory = AlignedFloats(logits), losses = AlignedFloats(count: logits.count / classes)
        targets.withUnsafeBufferPointer { targets in
            guard let targets = targets.baseAddress else { return }
            SoftmaxCrossEntropy(rows: losses.count, classes: classes, smoothing: smoothing)
                .run(
                    logits: memory.start, targets: targets, losses: losses.start, into: memory.start,
                    on: WorkerPool(workers: workers))
        }
        return ((0..<losses.count).map { losses[$0] }, (0..<logits.count).map { memory[$0] })
    }

    @Test(
        "Wanted distributions are taken as they are: losses agree with Float64, gradients with the slopes of their mean",
        arguments: [(1, 2), (7, 5), (40, 100)], [0, 0.1 as Float])
    func distributions(size: (rows: Int, classes: Int), smoothing: Float) {
        var dice = Dice(size.rows)
        let logits = dice.floats(size.rows * size.classes).map { 5 * $0 }
        var targets = dice.floats(size.rows * size.classes).map(abs)
        for row in 0..<size.rows {
            let range = row * size.classes..<(row + 1) * size.classes, sum = targets[range].reduce(0, +)
            for c in range { targets[c] /= sum }
        }
        func reference(_ line: [Double], _ wanted: ArraySlice<Float>) -> Double {
            let top = line.max() ?? 0, logSum = logarithmOf(line.reduce(0) { $0 + exponential($1 - top) }) + top
            return zip(line, wanted).reduce(0) {
                $0 + (Double(1 - smoothing) * Double($1.1) + Double(smoothing) / Double(line.count)) * (logSum - $1.0)
            }
        }
        let found = run(logits, targets: targets, classes: size.classes, smoothing: smoothing), step = 1e-4
        for row in 0..<size.rows {
            let range = row * size.classes..<(row + 1) * size.classes, line = logits[range].map { Double($0) }
            #expect(abs(Double(found.losses[row]) - reference(line, targets[range])) < 1e-5)
            for c in 0..<size.classes {
                var (above, below) = (line, line)
                above[c] += step
                below[c] -= step
                let slope =
                    (reference(above, targets[range]) - reference(below, targets[range])) / (2 * step)
                    / Double(size.rows)
                #expect(abs(Double(found.gradient[row * size.classes + c]) - slope) < 1e-6)
            }
        }
        let again = run(logits, targets: targets, classes: size.classes, smoothing: smoothing, workers: 3)
        #expect(again.losses == found.losses && again.gradient == found.gradient)
    }

    @Test("A distribution that is all on one class is that class")
    func oneHot() {
        let labels = run([1, 2, 3, 3, 1, 0.5], [2, 0], classes: 3),
            rows = run([1, 2, 3, 3, 1, 0.5], targets: [0, 0, 1, 1, 0, 0], classes: 3)
        #expect(zip(labels.losses + labels.gradient, rows.losses + rows.gradient).allSatisfy { abs($0 - $1) < 1e-6 })
    }

    @Test("Large logits neither overflow nor vanish")
    func extremes() {
        let found = run([1000, -1000, 0, -1000], [1, 0], classes: 2)
        #expect(found.losses == [2000, 0] && found.gradient == [0.5, -0.5, 0, 0])
    }
}
