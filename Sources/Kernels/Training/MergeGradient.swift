/// The backward pass of an elementwise combination of tensors, each broadcast to the result by strides. A unit is an
/// image.
package struct MergeGradient: Sendable {
    package enum Combination: Sendable { case sum, difference, product, mean, maximum, minimum }
    private let combination: Combination
    private let images: Int
    /// Axes of the result, outermost first, in the order of its memory.
    private let lengths: [Int]
    /// For each input the floats between neighbours along each of these axes; 0 where it is repeated.
    private let strides: [[Int]]
    /// The floats of an image of each input.
    private let counts: [Int]

    package init(_ combination: Combination, images: Int, lengths: [Int], strides: [[Int]], counts: [Int]) {
        precondition(
            strides.count == counts.count && strides.allSatisfy { $0.count == lengths.count },
            "one stride per axis and input")
        (self.combination, self.images) = (combination, images)
        self.lengths = lengths.isEmpty ? [1] : lengths
        self.strides = lengths.isEmpty ? strides.map { _ in [0] } : strides
        self.counts = counts
    }

    /// Overwrites the gradients of the inputs that have a target. Where several inputs share the maximum (minimum), the
    /// first of them gets the gradient.
    package func run(
        _ inputs: [UnsafePointer<Float>], _ outputGradient: UnsafePointer<Float>,
        into targets: [UnsafeMutablePointer<Float>?], on pool: WorkerPool
    ) {
        let count = lengths.reduce(1, *)
        pool.run(parts: images) { image, _ in
            for index in targets.indices {
                guard let target = targets[index] else { continue }
                (target + image * counts[index]).update(repeating: 0, count: counts[index])
            }
            for index in targets.indices where targets[index] != nil {
                differentiate(
                    index, inputs, image, outputGradient + image * count,
                    targets[index].unsafelyUnwrapped + image * counts[index])
            }
        }
    }

    /// Adds to the gradient of one input of one image.
    private func differentiate(
        _ index: Int, _ inputs: [UnsafePointer<Float>], _ image: Int, _ gradient: UnsafePointer<Float>,
        _ target: UnsafeMutablePointer<Float>
    ) {
        let last = lengths.count - 1, length = lengths[last], step = strides[index][last]
        var position = [Int](repeating: 0, count: lengths.count), offsets = [Int](repeating: 0, count: counts.count),
            row = 0
        let rows = lengths.dropLast().reduce(1, *)
        while row < rows {
            let line = gradient + row * length, place = target + offsets[index]
            switch combination {
            case .sum: for i in 0..<length { place[i * step] += line[i] }
            case .difference:
                if index == 0 {
                    for i in 0..<length { place[i * step] += line[i] }
                } else {
                    for i in 0..<length { place[i * step] -= line[i] }
                }
            case .mean:
                let share = 1 / Float(counts.count)
                for i in 0..<length { place[i * step] += share * line[i] }
            case .product:
                for i in 0..<length {
                    var factor = line[i]
                    for other in counts.indices where other != index {
                        factor *= value(other, inputs, image, offsets, i)
                    }
                    place[i * step] += factor
                }
            case .maximum, .minimum:
                for i in 0..<length where winner(inputs, image, offsets, i) == index { place[i * step] += line[i] }
            }
            row += 1
            // The next row, as an odometer counts.
            for axis in stride(from: last - 1, through: 0, by: -1) {
                position[axis] += 1
                for input in counts.indices { offsets[input] += strides[input][axis] }
                if position[axis] < lengths[axis] { break }
                for input in counts.indices { offsets[input] -= strides[input][axis] * lengths[axis] }
                position[axis] = 0
            }
        }
    }

    private func value(_ input: Int, _ inputs: [UnsafePointer<Float>], _ image: Int, _ offsets: [Int], _ i: Int)
        -> Float
    {
        inputs[input][image * counts[input] + offsets[input] + i * strides[input][lengths.count - 1]]
    }

    private func winner(_ inputs: [UnsafePointer<Float>], _ image: Int, _ offsets: [Int], _ i: Int) -> Int {
        var best = 0
        for other in counts.indices.dropFirst() {
            let a = value(other, inputs, image, offsets, i), b = value(best, inputs, image, offsets, i)
            if combination == .maximum ? a > b : a < b { best = other }
        }
        return best
    }
}
