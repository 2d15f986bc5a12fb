extension Graph {
    /// Computes the shape of every tensor from the inputs' shapes, and checks each layer's weights against them.
    ///
    /// Unknown axes stay unknown; behind an opaque layer whose checkpoint does not tell, the whole shape is unknown
    /// until a layer fixes it again. Throws `GraphError` where wiring, config and weights contradict each other.
    package mutating func inferShapes() throws {
        for id in nodes.indices { try inferShape(of: id) }
    }

    /// The same for one node whose inputs have their shapes.
    package mutating func inferShape(of id: NodeID) throws {
        let node = nodes[id]
        let shape = try ShapeRule(layer: layers[node.layer]).output(of: node.inputs.map { shapes[$0] })
        for output in node.outputs { shapes[output] = shape }
    }

    /// Whether a node takes one tensor and, as far as is known, makes one of the same shape, as elementwise functions
    /// do.
    package func keepsShape(_ id: NodeID) -> Bool {
        let node = nodes[id]
        guard node.inputs.count == 1, node.outputs.count == 1 else { return false }
        guard let before = shapes[node.inputs[0]], let after = shapes[node.outputs[0]] else { return true }
        return before.mayEqual(after)
    }
}

extension TensorShape {
    /// Whether another shape is the same as far as both are known.
    package func mayEqual(_ other: TensorShape) -> Bool {
        count == other.count && zip(self, other).allSatisfy { $0 == nil || $1 == nil || $0 == $1 }
    }
}

/// The number of elements of a shape; nil where an axis is unknown or the number is beyond any memory.
package func elementCount(_ shape: some Sequence<Int?>) -> Int? {
    shape.reduce(1) { total, axis in
        guard let total, let axis else { return nil }
        let (value, overflow) = total.multipliedReportingOverflow(by: axis)
        return overflow ? nil : value
    }
}
