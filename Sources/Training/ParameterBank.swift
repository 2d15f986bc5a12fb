import Graphs
import Kernels
import Tensors

/// The trained weights of a network, one after the other in one block of memory, each beginning at a cache line.
///
/// Gradients and the optimizer's state have blocks of the same layout. Moving statistics, which are measured and not
/// trained, have a block of their own.
struct ParameterBank: Sendable {
    /// Where a weight lies in its block.
    struct Place: Sendable, Equatable {
        let layer: LayerID
        /// Position among the layer's weights.
        let weight: Int
        let role: WeightRole
        /// In floats.
        let range: Range<Int>
        /// Whether steps change it: false for the weights of layers that are not trainable.
        let isTrainable: Bool
    }

    let trained: [Place]
    let measured: [Place]
    /// The floats of the two blocks.
    let trainedCount: Int
    let measuredCount: Int

    init(_ graph: Graph, layers: Set<LayerID>) {
        func places(isTrained: Bool) -> (places: [Place], count: Int) {
            var places: [Place] = [], count = 0
            for (id, layer) in graph.layers.enumerated() where layers.contains(id) {
                for (index, weight) in layer.weights.enumerated() where weight.role.isTrainable == isTrained {
                    places.append(
                        Place(
                            layer: id, weight: index, role: weight.role, range: count..<count + weight.tensor.count,
                            isTrainable: isTrained && !layer.isFrozen))
                    count += (weight.tensor.count + 15) / 16 * 16
                }
            }
            return (places, count)
        }
        (trained, trainedCount) = places(isTrained: true)
        (measured, measuredCount) = places(isTrained: false)
    }

    /// The place of a trained weight; nil where the layer has none of this role.
    func trained(_ layer: LayerID, _ role: WeightRole) -> Range<Int>? {
        trained.first { $0.layer == layer && $0.role == role }?.range
    }

    func measured(_ layer: LayerID, _ role: WeightRole) -> Range<Int>? {
        measured.first { $0.layer == layer && $0.role == role }?.range
    }

    /// The weights of `graph` in two blocks.
    func gather(_ graph: Graph) -> (trained: AlignedFloats, measured: AlignedFloats) {
        func fill(_ places: [Place], _ count: Int) -> AlignedFloats {
            let block = AlignedFloats(count: count)
            for place in places {
                unsafe graph.layers[place.layer].weights[place.weight].tensor.withUnsafeBuffer { values in
                    guard let start = values.baseAddress else { return }
                    unsafe (block.start + place.range.lowerBound).update(from: start, count: values.count)
                }
            }
            return block
        }
        return (fill(trained, trainedCount), fill(measured, measuredCount))
    }

    /// Puts the weights of the two blocks into `graph`.
    func scatter(trained trainedBlock: AlignedFloats, measured measuredBlock: AlignedFloats, into graph: inout Graph) {
        for (places, block) in [(trained, trainedBlock), (measured, measuredBlock)] {
            for place in places {
                let shape = graph.layers[place.layer].weights[place.weight].tensor.shape
                graph.layers[place.layer].weights[place.weight].tensor = Tensor(
                    shape: shape, place.range.map { block[$0] })
            }
        }
    }
}
