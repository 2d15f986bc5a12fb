/// The layout of a checkpoint on disk, and the Keras that wrote it.
package struct CheckpointFormat: Sendable, Equatable, CustomStringConvertible {
    package enum Kind: Sendable, Equatable {
        /// One HDF5 file with architecture, weights and training state (`.h5`, `.hdf5`).
        case kerasLegacy
        /// A zip of `config.json`, `metadata.json` and `model.weights.h5` (`.keras`).
        case kerasArchive
        /// Keras 3's weights alone (`.weights.h5`).
        case weights3
        /// Keras 1's and 2's weights alone (`.h5`).
        case legacyWeights
    }

    package let kind: Kind
    /// As the file has it; nil where it does not say.
    package let kerasVersion: String?

    package var description: String {
        let name =
            switch kind {
            case .kerasLegacy: "Keras legacy HDF5"
            case .kerasArchive: "Keras archive"
            case .weights3: "Keras weights"
            case .legacyWeights: "Keras legacy weights"
            }
        return kerasVersion.map { "\(name) (Keras \($0))" } ?? name
    }
}
