import Graphs

/// Tensors that can be computed in their place of a concatenation's output, so that nothing has to be copied.
struct Slices {
    /// A part of a concatenated tensor: from which position of the concatenation's axis on.
    struct Place {
        let whole: TensorID
        let axis: Int
        let start: Int
    }

    private var places: [TensorID: Place] = [:]

    /// Those of `program` that all their readers can read there. The first concatenation that reads a tensor gets it.
    ///
    /// Others read a slice more slowly than what lies together, and it keeps the memory of the whole alive: a tensor
    /// that others read too, as a skip connection, is copied all the same, unless it would be copied again and again,
    /// as in blocks of concatenations of concatenations.
    init(_ program: Program, shapes: IDArray<TensorID, TensorShape?>) {
        guard program.options.backend == .native, program.options.fuses else { return }
        let graph = program.graph
        var isReadable = [TensorID: Bool](), readers = [TensorID: Int](), joined = Set<TensorID>(),
            parts = Set<TensorID>()
        for stage in program.stages {
            let operation = graph.layer(of: stage.node).operation, inputs = stage.inputs(in: graph)
            for (index, tensor) in inputs.enumerated() {
                // The other tensor of a sum must have the layout of the sum.
                let reads = operation.readsSlices(of: inputs.count) && (stage.sum == nil || index == 0)
                isReadable[tensor] = reads && isReadable[tensor] ?? true
                readers[tensor, default: 0] += 1
            }
            if case .concatenate = operation {
                joined.insert(stage.output)
                parts.formUnion(inputs)
            }
        }
        for stage in program.stages {
            guard case let .concatenate(concatenate) = graph.layer(of: stage.node).operation else { continue }
            let inputs = stage.inputs(in: graph)
            let counts = inputs.reduce(into: [TensorID: Int]()) { $0[$1, default: 0] += 1 }
            var start = 0
            for tensor in inputs {
                guard let shape = shapes[tensor], shape.indices.contains(concatenate.axis),
                    let length = shape[concatenate.axis]
                else { break }
                let isChained = joined.contains(tensor) || parts.contains(stage.output)
                if places[tensor] == nil, isReadable[tensor] == true, counts[tensor] == 1,
                    isChained || readers[tensor] == 1
                {
                    places[tensor] = Place(whole: stage.output, axis: concatenate.axis, start: start)
                }
                start += length
            }
        }
    }

    subscript(tensor: TensorID) -> Place? { places[tensor] }
}
