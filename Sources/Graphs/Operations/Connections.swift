import Tensors

/// Which input channel and which output channel each weight of a kernel connects, as the axes of its slot say.
package struct Connections: Sendable {
    /// The number of input channels, and of output channels.
    package let inputs: Int
    package let outputs: Int
    /// Consecutive rows of the kernel that belong to one input channel.
    private let multiple: Int
    private let groups: Int
    private let order: Order

    /// How the channel axes lie in memory, behind those of the window.
    private enum Order { case outputsLast, inputsLast, multiplierLast }

    /// nil for slots that are no kernels, and arrays of another rank.
    package init?(_ slot: WeightSlot, _ shape: [Int]) {
        guard shape.count == slot.axes.count, shape.count > 1 else { return nil }
        let (outer, inner) = (slot.axes[shape.count - 2], slot.axes[shape.count - 1])
        let (before, last) = (shape[shape.count - 2], shape[shape.count - 1])
        if let read = outer.inputs, inner == .outputChannels {
            (inputs, outputs, multiple) = (before * read.groups / max(1, read.multiple), last, max(1, read.multiple))
            (groups, order) = (max(1, read.groups), .outputsLast)
        } else if outer == .outputChannels, inner.inputs != nil {
            (inputs, outputs, multiple, groups, order) = (last, before, 1, 1, .inputsLast)
        } else if outer.inputs != nil, case .multiplier = inner {
            (inputs, outputs, multiple, groups, order) = (before, before * last, 1, 1, .multiplierLast)
        } else {
            return nil
        }
    }

    /// The rows of the kernel: as many as input channels, or a multiple.
    package var rows: Int { inputs * multiple }

    /// Calls `body` with runs of weights in memory order: the input channel they read, which of the kernel's `rows` it
    /// has, and the weights with which consecutive outputs from `first` on read it.
    package func forEachRun(
        of kernel: Tensor, _ body: (_ input: Int, _ row: Int, _ first: Int, _ weights: Span<Float>) -> Void
    ) {
        guard kernel.count > 0 else { return }
        kernel.withSpan { weights in
            switch order {
            case .inputsLast:
                for position in weights.indices {
                    body(
                        position % inputs, position % inputs, position / inputs % outputs,
                        weights.extracting(position..<(position + 1)))
                }
            case .multiplierLast:
                let width = outputs / inputs
                for start in stride(from: 0, to: weights.count, by: width) {
                    let input = start / width % inputs
                    body(input, input, input * width, weights.extracting(start..<(start + width)))
                }
            case .outputsLast:
                let width = outputs / groups, height = inputs * multiple / groups
                for start in stride(from: 0, to: weights.count, by: width) {
                    let group = start % outputs / width, row = start / outputs % height + group * height
                    body(row / multiple, row, group * width, weights.extracting(start..<(start + width)))
                }
            }
        }
    }

    /// Σ f(w) over the weights that make each output channel; `rows`: a factor for each row of the kernel.
    package func sums(of kernel: Tensor, rows: [Double]? = nil, _ term: (Double) -> Double) -> [Double] {
        var result = [Double](repeating: 0, count: outputs)
        forEachRun(of: kernel) { _, row, first, weights in
            let factor = rows?[row] ?? 1
            for index in weights.indices { result[first + index] += term(Double(weights[index])) * factor }
        }
        return result
    }

    /// Σ |w| · d over the weights of each output channel, with one d for each row of the kernel. A weight of 0 reads
    /// nothing, not even what is off without bound.
    package func absoluteSums(of kernel: Tensor, reading deviations: [Double]) -> [Double] {
        precondition(deviations.count == rows, "\(deviations.count) deviations for \(rows) rows of a kernel")
        var result = [Double](repeating: 0, count: outputs)
        forEachRun(of: kernel) { _, row, first, weights in
            let deviation = deviations[row]
            if deviation == 0 { return }
            for index in weights.indices where weights[index] != 0 {
                result[first + index] += abs(Double(weights[index])) * deviation
            }
        }
        return result
    }
}

extension Layer {
    /// The connections of a kernel of the layer and its weights; nil where it has no such kernel.
    package func connections(_ slot: WeightSlot?) -> (map: Connections, kernel: Tensor)? {
        guard let slot, let kernel = self[slot.role], let map = Connections(slot, kernel.shape) else { return nil }
        return (map, kernel)
    }
}
