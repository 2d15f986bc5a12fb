import Graphs
import Networks

/// A tensor whose channels' effect on the loss is noted.
struct Probe: Hashable {
    let tensor: TensorID
    /// The channel axis, the batch axis not counted.
    let axis: Int
}

extension TrainingProgramBuilder {
    func isProbed(_ tensor: TensorID) -> Bool { probes.contains { $0.tensor == tensor } }

    /// The tensor, with its channels' effect noted on the way back where it is one of those to be probed.
    mutating func probed(_ tensor: DifferentiableTensor, of id: TensorID) throws -> DifferentiableTensor {
        guard let probe = probes.first(where: { $0.tensor == id }), tensor.requiresGradient,
            tensor.shape.indices.contains(probe.axis)
        else { return tensor }
        let channels = tensor.shape[probe.axis],
            input = try arranged(tensor, tensor.values.order.filter { $0 != probe.axis } + [probe.axis])
        let output = DifferentiableTensor(values: input.values, gradient: allocate(batch * input.count)),
            place = reserveGradients(batch * channels)
        probePlaces[probe] = place..<place + batch * channels
        return emit(
            ProbeOperation(
                input: input, output: output, place: place, images: batch, positions: input.count / channels,
                channels: channels))
    }
}
