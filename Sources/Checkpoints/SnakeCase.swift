extension String {
    /// The name of a class as Keras 3 turns it into the name of a group: `Conv2DTranspose` → `conv2d_transpose`.
    ///
    /// Keras's own rule, whose second step decides where digits and runs of capitals part.
    var snakeCase: String {
        replacing(/\W+/, with: "")
            .replacing(/(.)([A-Z][a-z]+)/) { "\($0.1)_\($0.2)" }
            .replacing(/([a-z])([A-Z])/) { "\($0.1)_\($0.2)" }
            .lowercased()
    }
}
