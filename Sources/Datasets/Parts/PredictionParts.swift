import HDF5
import Tensors

/// The answers of a sharded `predict`, read part after part.
package struct PredictionParts {
    /// The names of the model's outputs.
    package let names: [String]
    package let count: Int
    /// Of the parts that have images: each output's dataset.
    private let parts: [[Dataset]]
    /// What is read at a time is no more than this.
    private static let mostElements = 1 << 24

    /// Throws `PartError`, `HDF5Error` where the parts do not fit one another.
    package init(_ set: PartSet) throws {
        let filled = set.parts.filter { !$0.header.range.isEmpty }
        var names: [String]?, shapes: [[Int]] = [], parts: [[Dataset]] = []
        for part in filled {
            let outputs = try part.outputs(), own = outputs.map(\.name), datasets = outputs.map(\.dataset)
            let known = names ?? own
            if names == nil { shapes = datasets.map { Array($0.shape.dropFirst()) } }
            guard !own.isEmpty, own == known, datasets.map({ Array($0.shape.dropFirst()) }) == shapes,
                datasets.allSatisfy({ $0.shape.first == part.header.range.count })
            else {
                throw PartError.invalid(
                    path: part.path, "its outputs are not those of \(part.header.range.count) images of this model")
            }
            for dataset in datasets { try dataset.requirePlausibleSize() }
            names = known
            parts.append(datasets)
        }
        (self.names, self.parts, count) = (names ?? [], parts, set.header.images)
    }

    /// Hands the outputs to `body`, some images at a time: one tensor for each output.
    package func forEachBatch(_ body: (_ outputs: [Tensor], _ done: Int) throws -> Void) throws {
        var done = 0
        for datasets in parts {
            let images = datasets.first?.shape.first ?? 0, width = datasets.map { $0.count / max(1, images) }.max() ?? 1
            let step = max(1, min(images, Self.mostElements / max(1, width)))
            for start in stride(from: 0, to: images, by: step) {
                let rows = start..<min(images, start + step)
                let outputs = try datasets.map { dataset in
                    var tensor = Tensor(shape: [rows.count] + dataset.shape.dropFirst())
                    try tensor.withMutableSpan { try dataset.read(rows: rows, into: &$0) }
                    return tensor
                }
                done += rows.count
                try body(outputs, done)
            }
        }
    }
}
