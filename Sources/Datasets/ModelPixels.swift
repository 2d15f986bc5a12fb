import Graphs

/// What a model itself says of the pixels that it was trained on.
package struct ModelPixels: Equatable, Sendable {
    /// What was done to bytes when `deadwood train` trained it, from its checkpoint; nil where that says nothing.
    package var note: Preprocessing?
    /// What its own first layers do.
    package var layers: InputScaling?

    package init(note: Preprocessing? = nil, layers: InputScaling? = nil) { (self.note, self.layers) = (note, layers) }

    /// What the notes of the checkpoint at `path` and its layers say. Throws `unreadableNote`.
    package init(notes: [String: String], path: String, graph: Graph, input: TensorID) throws {
        self.init(note: try Preprocessing(notes: notes, path: path), layers: graph.scaling(of: input))
    }

    /// Whether its own layers bring pixels into the range that it was trained on, so that these are fed as they are.
    ///
    /// Rescalings and normalizations are made for that. A batch normalization right behind the input tells by its
    /// statistics whether the pixels of the training, such as these from 0 to 255, were fed as they are.
    func treatsPixels(isOfByteRange: Bool) -> Bool {
        guard let layers else { return false }
        return layers.isPreprocessing || isOfByteRange && PixelRange.bytes.scaled(by: layers).isNormalized
    }
}
