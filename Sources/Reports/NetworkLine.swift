import Graphs
import Tensors

/// One call of a layer, and what becomes of it once all that is removable is cut.
package struct NetworkLine: Codable, Sendable {
    package let name: String
    package let kind: String
    /// The calls whose outputs it reads, by their places in the list; all come before it.
    package let inputs: [Int]
    package let dense: Size
    /// Null where the cut takes the call away.
    @Nullable package private(set) var compact: Size?

    package struct Size: Codable, Sendable {
        /// Of the first output, without the batch axis; null where it is not known, as single axes may be.
        @Nullable package private(set) var outputShape: [Int?]?
        /// Of the layer; a shared one has the same at each of its calls.
        package let parameters: Int
        /// For one image; null where a shape is not known.
        @Nullable package private(set) var macs: Int?
    }
}

extension NetworkLine {
    /// The calls of `dense` in its order, and what `compact`, cut from it, has of them: the n-th call of a layer is
    /// that layer's n-th there, too.
    static func all(in dense: Graph, compact: Graph) -> [NetworkLine] {
        let producers = dense.producers
        var left: [LayerKey: [NodeID]] = [:]
        for id in compact.nodes.indices.reversed() { left[LayerKey(compact.layer(of: id)), default: []].append(id) }
        return dense.nodes.indices.map { id in
            let layer = dense.layer(of: id)
            return NetworkLine(
                name: layer.qualifiedName, kind: layer.className,
                inputs: dense.nodes[id].inputs.compactMap { producers[$0]?.position },
                dense: Size(id, in: dense), compact: left[LayerKey(layer)]?.popLast().map { Size($0, in: compact) })
        }
    }
}

extension NetworkLine.Size {
    fileprivate init(_ id: NodeID, in graph: Graph) {
        outputShape = graph.nodes[id].outputs.first.flatMap { graph.shapes[$0] }
        parameters = graph.layer(of: id).parameters
        macs = graph.macs(of: id)
    }
}

/// The kernels of the first layer, which look at the image itself.
package struct FirstKernels: Codable, Sendable {
    package let layer: String
    /// Height, width, input channels, filters.
    package let shape: [Int]
    package let values: [Float]
}

extension FirstKernels {
    /// The largest kernels that are told: more are no pictures.
    private static let most = 1 << 16

    /// Of the convolution that alone reads the only input; nil where there is none, or its kernels are too many.
    init?(_ graph: Graph) {
        let readers = graph.readers
        guard graph.inputs.count == 1, var tensor = graph.inputs.first else { return nil }
        // What feeds or pads an image comes first in many networks.
        while readers[tensor].count == 1, let id = readers[tensor].first {
            let layer = graph.layer(of: id)
            if case .convolution = layer.operation {
                guard let kernel = layer[.kernel], kernel.shape.count == 4, kernel.count <= Self.most else {
                    return nil
                }
                (self.layer, shape, values) = (layer.qualifiedName, kernel.shape, Array(kernel.elements))
                return
            }
            guard graph.nodes[id].inputs.count == 1, layer.weights.allSatisfy({ $0.role.isFedStatistic }),
                let output = graph.nodes[id].outputs.first
            else { return nil }
            tensor = output
        }
        return nil
    }
}

extension WeightRole {
    /// Whether it is of what images are normalized with.
    fileprivate var isFedStatistic: Bool { self == .mean || self == .variance }
}
