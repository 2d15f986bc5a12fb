import HDF5
import HDF5Writing
import Tensors

/// The outputs of a model, written as they are computed to an HDF5 file: datasets `output_0`, `output_1`, … of 32-bit
/// floats, N × shape, each with its name in the model as attribute `name`.
///
/// The file has a temporary name in the same folder until `commit()`; without that nothing is left of it.
package final class PredictionFile {
    private let names: [String]
    private let count: Int
    private let file: NewHDF5File
    private var outputs: [DatasetWriter] = []
    private var written = 0

    /// A file for `count` images and one output for each of `names`.
    ///
    /// `part`: what it is a part of, where it is one. Throws `exists` unless `overwriting`, `notWritable` where `path`
    /// is no file's or its folder takes none.
    package init(_ path: String, names: [String], count: Int, part: PartHeader? = nil, overwriting: Bool) throws {
        (self.names, self.count) = (names, count)
        file = try NewHDF5File(path, overwriting: overwriting)
        if let part { try file.writing { try file.file.root.attributes.set(part) } }
    }

    /// Writes the next images' outputs, one tensor N × shape for each name, all of the same N.
    ///
    /// Shapes follow from the first call. Throws `notWritable`, `HDF5Error`.
    package func append(_ tensors: [Tensor]) throws {
        precondition(tensors.count == names.count, "\(tensors.count) tensors for \(names.count) outputs")
        if outputs.isEmpty {
            outputs = try file.writing {
                try zip(names, tensors).enumerated().map { try create($0, name: $1.0, like: $1.1) }
            }
        }
        guard let first = tensors.first else { return }
        let rows = written..<(written + first.shape[0])
        precondition(rows.upperBound <= count, "\(rows.upperBound) images for a file of \(count)")
        for (output, tensor) in zip(outputs, tensors) {
            precondition(
                tensor.shape == [rows.count] + output.shape.dropFirst(),
                "\(tensor.shape) are no rows of \(output.shape)")
            try file.writing { try tensor.withSpan { try output.write(rows: rows, $0) } }
        }
        written = rows.upperBound
    }

    /// Gives the complete file its name, once it is on the disk. Throws `notWritable`, `HDF5Error`.
    package func commit() throws {
        precondition(written == count, "\(written) of \(count) images are written")
        try file.commit()
    }

    private func create(_ index: Int, name: String, like tensor: Tensor) throws -> DatasetWriter {
        let dataset = try file.file.root.createDataset(
            "output_\(index)", shape: [count] + tensor.shape.dropFirst(), type: .float32)
        try dataset.attributes.set("name", .string(name))
        return dataset
    }
}
