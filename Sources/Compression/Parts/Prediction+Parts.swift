import Datasets
import Networks

extension Prediction {
    /// Writes the outputs of all parts of a run to one file. Returns those that were not numbers for some image.
    package static func merge(
        _ set: PartSet, to output: String, overwriting: Bool, progress: (Int) -> Void = { _ in }
    ) throws -> [NotFinite] {
        let parts = try PredictionParts(set), names = parts.names
        let file = try PredictionFile(output, names: names, count: parts.count, overwriting: overwriting)
        var finiteness = names.map { _ in Finiteness() }
        try parts.forEachBatch { outputs, done in
            for (index, output) in outputs.enumerated() { finiteness[index].add(output) }
            try file.append(outputs)
            progress(done)
        }
        try file.commit()
        return NotFinite.all(names, finiteness)
    }
}
