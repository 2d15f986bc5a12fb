import Tensors

/// Σ |W| · d: how far the outputs of a linear layer can be off when its input channels are off by d each.
extension Tensor {
    /// For a kernel of window × (inputs / groups) × filters, or inputs × units. One number per filter.
    func absoluteSums(reading deviations: [Double], groups: Int = 1) -> [Double] {
        guard let filters = shape.last, filters > 0, shape.count > 1 else { return [] }
        let height = shape[shape.count - 2], width = filters / groups
        precondition(
            deviations.count == height * groups, "\(deviations.count) input channels for a kernel of shape \(shape)")
        var sums = [Double](repeating: 0, count: filters)
        withSpan { weights in
            for row in 0..<(weights.count / filters) {
                for group in 0..<groups {
                    let deviation = deviations[group * height + row % height]
                    if deviation == 0 { continue }
                    for filter in (group * width)..<((group + 1) * width) {
                        // A weight of 0 reads nothing, not even what is off without bound.
                        let weight = weights[row * filters + filter]
                        if weight != 0 { sums[filter] += abs(Double(weight)) * deviation }
                    }
                }
            }
        }
        return sums
    }

    /// For a depthwise kernel of window × channels × multiplier. One number per output channel.
    func absoluteSumsDepthwise(reading deviations: [Double]) -> [Double] {
        let width = shape.suffix(2).reduce(1, *), multiplier = shape.last ?? 1
        precondition(
            deviations.count * multiplier == width,
            "\(deviations.count) input channels for a depthwise kernel of shape \(shape)")
        var sums = [Double](repeating: 0, count: width)
        withSpan { weights in
            for position in weights.indices where weights[position] != 0 {
                sums[position % width] += abs(Double(weights[position])) * deviations[position % width / multiplier]
            }
        }
        return sums
    }

    /// For a transposed kernel of window × filters × inputs. One number per filter.
    func absoluteSumsTransposed(reading deviations: [Double]) -> [Double] {
        guard let inputs = shape.last, inputs > 0, shape.count > 1 else { return [] }
        let filters = shape[shape.count - 2]
        precondition(
            deviations.count == inputs, "\(deviations.count) input channels for a transposed kernel of shape \(shape)")
        var sums = [Double](repeating: 0, count: filters)
        withSpan { weights in
            for position in weights.indices where weights[position] != 0 {
                sums[position / inputs % filters] += abs(Double(weights[position])) * deviations[position % inputs]
            }
        }
        return sums
    }
}
