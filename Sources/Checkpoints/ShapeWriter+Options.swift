import Graphs

extension ShapeWriter {
    /// The config of one layer with the lengths in its options that follow the width of what it is called on.
    ///
    /// - Parameter calls: the shapes of all its calls.
    static func updatedOptions(_ config: JSON, className: String, _ calls: [CallShapes]) -> JSON {
        var config = config
        if let noise = config["noise_shape"] {
            config["noise_shape"] = updated(noise, calls.map { $0.inputs.first ?? nil }, spares: [1])
        }
        // A Lambda's, of which the user declared what it computes. The batch axis is not in it.
        if className == "Lambda", let shape = config["output_shape"] {
            config["output_shape"] = updated(shape, calls.map { $0.outputs.first ?? nil }, spares: [])
        }
        // Keras 1 repeats the width of what a layer is called on.
        if ["Dense", "Convolution1D"].contains(className), config["input_dim"]?.int != nil,
            let width = calls.first?.inputs.first??.last ?? nil
        {
            config["input_dim"] = .number(width)
        }
        return config
    }

    /// A shape, with its batch axis or of trailing axes alone, whose lengths are those of `shapes` again.
    ///
    /// An axis where the shapes differ is left open, which stands for the input's own length.
    ///
    /// - Parameter spares: the lengths that mean something else, such as one number for the whole axis.
    private static func updated(_ json: JSON, _ shapes: [TensorShape?], spares: Set<Int>) -> JSON {
        guard var axes = json.array, let rank = shapes.first??.count, axes.count <= rank + 1,
            shapes.allSatisfy({ $0?.count == rank })
        else { return json }
        for index in axes.indices {
            // Aligned at the end, as arrays are when they are combined.
            let axis = rank - axes.count + index
            guard axis >= 0, let old = axes[index].int, !spares.contains(old) else { continue }
            let lengths = Set(shapes.map { $0?[axis] ?? nil })
            guard lengths != [old], !lengths.contains(nil) else { continue }
            axes[index] = lengths.count == 1 ? lengths.first.flatMap { $0 }.map { .number($0) } ?? .null : .null
        }
        return .array(axes)
    }
}
