import Graphs

/// Where a weight is in an HDF5 file, and how it lies there.
struct WeightLocation: Sendable, Equatable {
    var role: WeightRole
    /// The absolute path of the group whose `weight_names` or numbering lists it.
    var group: String
    /// The path of the dataset inside that group.
    var name: String
    var storage = KernelStorage()

    /// The absolute path of the dataset.
    var path: String { group == "/" ? "/\(name)" : "\(group)/\(name)" }

    /// The path of the dataset from the root group.
    var relativePath: String { String(path.drop { $0 == "/" }) }
}

/// Where the weights of one layer are.
struct LayerWeights: Sendable, Equatable {
    /// The group that belongs to the layer, or to the model around it.
    var group: String
    var locations: [WeightLocation] = []
}
