import HDF5
import HDF5Writing

/// The result of one shard on its way into a file, which takes its name when it is complete: attributes of the root say
/// what it is a part of, datasets hold numbers.
package final class PartWriter {
    private let file: NewHDF5File

    /// Throws `exists` unless `overwriting`, `notWritable`.
    package init(_ path: String, _ header: PartHeader, overwriting: Bool) throws {
        file = try NewHDF5File(path, overwriting: overwriting)
        try file.writing { try file.file.root.attributes.set(header) }
    }

    /// Numbers under a name, which may have groups: `banks/3/largest`.
    package func write<Number: Element>(_ name: String, _ numbers: [Number]) throws {
        try file.writing {
            let isLarge = numbers.count > 256
            let dataset = try file.file.root.createDataset(
                name, shape: [numbers.count], type: Number.elementType, gzip: isLarge ? 4 : nil, shuffle: isLarge)
            try dataset.write(numbers)
        }
    }

    package func write(_ name: String, text: String) throws {
        try file.writing { try file.file.root.attributes.set(name, .string(text)) }
    }

    package func commit() throws { try file.commit() }
}

/// The result of one shard. Files come from strangers: what is read is no longer than expected.
package struct PartReader: Sendable {
    package let path: String
    package let header: PartHeader
    private let root: Group

    /// Throws `PartError`, `HDF5Error`.
    package init(_ path: String) throws {
        root = try File.open(path).root
        self.path = path
        header = try PartHeader(root.attributes, path: path)
    }

    /// `count` numbers under a name. Throws `invalid` where there are more or fewer.
    package func read<Number: Element>(_ name: String, count: Int, as _: Number.Type = Number.self) throws -> [Number] {
        let dataset = try root.dataset(name)
        guard dataset.shape == [count] else {
            throw PartError.invalid(path: path, "'\(name)' has the shape \(dataset.shape), expected [\(count)]")
        }
        return try dataset.read()
    }

    /// At most `most` numbers under a name.
    package func read<Number: Element>(_ name: String, most: Int, as _: Number.Type = Number.self) throws -> [Number] {
        let dataset = try root.dataset(name)
        guard dataset.shape.count == 1, dataset.shape[0] <= most else {
            throw PartError.invalid(path: path, "'\(name)' has the shape \(dataset.shape), expected up to [\(most)]")
        }
        return try dataset.read()
    }

    /// `count` numbers of things counted. Throws `invalid` where one cannot be that.
    package func counts(_ name: String, count: Int) throws -> [Int] {
        let counts: [Int] = try read(name, count: count)
        guard counts.allSatisfy({ $0 >= 0 && $0 <= Self.mostCounted }) else { throw invalid(name) }
        return counts
    }

    /// So that sums over all shards stay numbers.
    private static let mostCounted = 1 << 42

    package func text(_ name: String) throws -> String {
        guard let text = try root.attributes.string(name) else {
            throw PartError.invalid(path: path, "'\(name)' is missing")
        }
        return text
    }

    /// That what is there under a name cannot be.
    package func invalid(_ name: String) -> PartError {
        .invalid(path: path, "'\(name)' holds what no run makes")
    }

    /// The outputs that `PredictionFile` wrote, with their names in the model.
    func outputs() throws -> [(dataset: Dataset, name: String)] {
        var outputs: [(dataset: Dataset, name: String)] = []
        while try root.kind(of: "output_\(outputs.count)") != nil {
            let dataset = try root.dataset("output_\(outputs.count)")
            guard let name = try dataset.attributes.string("name") else { throw invalid(dataset.path) }
            outputs.append((dataset, name))
        }
        return outputs
    }
}

extension AttributesWriter {
    func set(_ header: PartHeader) throws {
        typealias Key = PartHeader.Key
        try set(Key.verb, .string(header.verb))
        try set(Key.layout, .integer(PartHeader.layout))
        try set(Key.version, .string(header.version))
        try set(Key.number, .integer(Int64(header.shard.number)))
        try set(Key.count, .integer(Int64(header.shard.count)))
        try set(Key.images, .integer(Int64(header.images)))
        try set(Key.model, .string(header.model))
        try set(Key.corpus, .string(header.corpus))
        try set(Key.settings, .strings(header.settings))
        try set(Key.instructions, .string(header.instructions))
        try set(Key.arguments, .strings(header.arguments), as: .variable)
        try set(Key.folder, .string(header.folder))
    }
}
