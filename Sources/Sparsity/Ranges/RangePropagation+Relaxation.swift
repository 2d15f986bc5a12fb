import Graphs
import Tensors

/// Two layers with weights, one behind the other.
extension RangePropagation {
    /// A layer over what the one before it reads; nil where no such layer is, or more lies between than a normalization
    /// and an activation.
    func backSubstitution(_ id: NodeID, _ layer: Layer) -> BackSubstitution? {
        guard let (map, kernel) = layer.plainKernel else { return nil }
        let reading = read(layer, graph.nodes[id].inputs[0], map.inputs)
        guard reading.isApart, map.rows == map.inputs, let made = source(of: reading.tensor) else { return nil }
        let before = graph.layer(of: made.node)
        guard let (innerMap, innerKernel) = before.plainKernel, innerMap.outputs == map.inputs,
            innerMap.rows == innerMap.inputs, made.forms.count == map.inputs
        else { return nil }
        let inner = read(before, graph.nodes[made.node].inputs[0], innerMap.inputs)
        let outerSteps = layer.steps(\.dilation), innerSteps = before.steps(\.dilation)
        return BackSubstitution(
            outer: OutputKernel(map, kernel, reading.grid), inner: OutputKernel(innerMap, innerKernel, inner.grid),
            grid: reading.grid, outerSteps: zip(outerSteps, before.steps(\.strides)).map { $0 * $1 },
            innerSteps: innerSteps,
            lines: made.forms.indices.map {
                made.activation.lines(over: made.forms[$0], given: made.given[$0], making: reading.intervals[$0])
            },
            sizes: made.sizes,
            read: inner.grid.meetsBorders ? inner.intervals.map { $0.union(.zero) } : inner.intervals)
    }

    /// How a tensor is made of the sums of a layer: factor · sum + constant for each channel, then an activation.
    private struct Source {
        let node: NodeID
        let forms: [WeightedSums.Form]
        let sizes: [Double]
        let activation: Activation
        let given: [Interval]
    }

    private func source(of tensor: TensorID) -> Source? {
        typealias Function = (activation: Activation, given: [Interval])
        var tensor = tensor, function: Function?
        while let id = producers[tensor] {
            let layer = graph.layer(of: id), own = layer.operation.activation ?? .linear
            let width = intervals[tensor].count, input = graph.nodes[id].inputs.first
            /// Whether the channels of what it reads are those of what it makes.
            func keepsChannels(_ input: TensorID) -> Bool {
                intervals[input].count == width && wiring.axes[input] == wiring.axes[tensor]
            }
            switch layer.operation.kind.effect {
            case .weights, .taps:
                guard own == .linear || function == nil, let (sums, bias) = sums[tensor] else { return nil }
                let given = own == .linear ? intervals[tensor] : beforeActivation[tensor] ?? []
                let found: Function = own == .linear ? function ?? (.linear, given) : (own, given)
                guard found.given.count == width, sums.lower.count == width else { return nil }
                return Source(
                    node: id, forms: sums.forms(bias: bias),
                    sizes: sums.sizes, activation: found.activation, given: found.given)
            case let .normalization(norm):
                guard let input, let maker = producers[input], let affine = norm.affine(layer),
                    affine.scale.count == width, let (sums, bias) = linearSums(of: input),
                    sums.lower.count == width, wiring.axes[input] == norm.axis
                else { return nil }
                let found: Function = function ?? (.linear, intervals[tensor])
                return Source(
                    node: maker,
                    forms: sums.forms(
                        scale: { affine.scale[$0] }, bias: bias, shift: { affine.shift[$0] }),
                    sizes: sums.sizes, activation: found.activation, given: found.given)
            case let .function(activation):
                guard let input, function == nil, activation.isElementwise, keepsChannels(input) else { return nil }
                (function, tensor) = ((activation, intervals[input]), input)
            case .copy:
                guard let input, keepsChannels(input) else { return nil }
                tensor = input
            case .source, .unknown, .slopes, .affine, .move, .plane, .merge, .concatenation: return nil
            }
        }
        return nil
    }
}

extension Layer {
    /// The kernel of a convolution or a dense layer, which sums what its window reads.
    fileprivate var plainKernel: (map: Connections, kernel: Tensor)? {
        switch operation {
        case .convolution, .depthwise, .dense: connections(operation.kind.kernel)
        case .input, .transposed, .separable, .batchNormalization, .layerNormalization, .activation, .parametricReLU,
            .pooling, .globalPooling, .flatten, .reshape, .permute, .repeatVector, .padding, .cropping, .upsampling,
            .slice, .merge, .concatenate, .dropout, .identity, .rescaling, .normalization, .opaque:
            nil
        }
    }

    /// The numbers of the window along height and width, 1 where it has none.
    fileprivate func steps(_ numbers: (Window) -> [Int]) -> [Int] {
        guard let window = operation.filters?.slidingWindow else { return [1, 1] }
        let own = numbers(window)
        return own.count > 1 ? own : [1] + own
    }
}
