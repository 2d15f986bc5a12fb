import Files
import HDF5
import Tensors

/// What a part of a sharded run is a part of.
package struct PartHeader: Sendable, Equatable {
    /// The command: `analyze`, `evaluate`, `predict`.
    package var verb: String
    /// Of deadwood, and of the layout of parts.
    package var version: String
    package var shard: Shard
    /// Of the whole corpus.
    package var images: Int
    /// A digest of the model's files.
    package var model: String
    /// A digest of what some images, spread over the corpus, are fed as, and of how many there are.
    package var corpus: String
    /// The options that decide the result, each as it would be given: `--criteria scale,weight`.
    package var settings: [String]
    /// What the kernels were compiled for: `AVX2`.
    package var instructions: String
    /// The command's arguments that say what was run on what, and the folder that relative paths start from.
    package var arguments: [String]
    package var folder: String

    package init(
        verb: String, version: String, shard: Shard, images: Int, model: String, corpus: String, settings: [String],
        instructions: String, arguments: [String], folder: String
    ) {
        (self.verb, self.version, self.shard, self.images) = (verb, version, shard, images)
        (self.model, self.corpus, self.settings) = (model, corpus, settings)
        (self.instructions, self.arguments, self.folder) = (instructions, arguments, folder)
    }

    /// Of the layout of parts: those of others are not read.
    static let layout: Int64 = 1
    /// No corpus has more images.
    private static let mostImages: Int64 = 1 << 40

    enum Key {
        static let verb = "deadwood_part", layout = "layout", version = "version", number = "shard", count = "shards"
        static let images = "images", model = "model_sha256", corpus = "corpus_sha256", settings = "settings"
        static let instructions = "instructions", arguments = "arguments", folder = "folder"
    }

    /// Reads what `attributes` of the file at `path` say. Throws `notAPart`, `otherLayout`, `invalid`, `HDF5Error`.
    init(_ attributes: Attributes, path: String) throws {
        guard let verb = try? attributes.string(Key.verb) else { throw PartError.notAPart(path: path) }
        guard try attributes.value(Key.layout) == .integer(Self.layout) else { throw PartError.otherLayout(path: path) }
        func text(_ key: String) throws -> String {
            guard let text = try attributes.string(key) else {
                throw PartError.invalid(path: path, "'\(key)' is missing")
            }
            return text
        }
        func number(_ key: String) throws -> Int64 {
            guard case let .integer(number)? = try attributes.value(key) else {
                throw PartError.invalid(path: path, "'\(key)' is no number")
            }
            return number
        }
        let (own, count, images) = try (number(Key.number), number(Key.count), number(Key.images))
        guard let shard = Shard(Int(own), of: Int(count)) else {
            throw PartError.invalid(path: path, "there is no shard \(own)/\(count)")
        }
        guard images > 0, images <= Self.mostImages else {
            throw PartError.invalid(path: path, "no corpus has \(images) images")
        }
        self.init(
            verb: verb, version: try text(Key.version), shard: shard, images: Int(images), model: try text(Key.model),
            corpus: try text(Key.corpus), settings: try attributes.strings(Key.settings) ?? [],
            instructions: try text(Key.instructions), arguments: try attributes.strings(Key.arguments) ?? [],
            folder: try text(Key.folder))
    }

    package var blocks: Range<Int> { shard.blocks(ofImages: images) }
    /// The positions of its images in the corpus.
    package var range: Range<Int> { shard.images(of: images) }
}

extension ModelCorpus {
    private static let digestedImages = 16

    /// A digest of how many images there are, and of what some of them, spread over all, are fed as.
    package func digest() throws -> String {
        var digest = SHA256()
        func add(_ numbers: [Int]) { digest.add(Array("\(numbers);".utf8)) }
        add([count])
        var batches = spread(over: Self.digestedImages).batches(of: Self.digestedImages)
        while let batch = try batches.next() {
            for input in batch.inputs {
                add(input.shape)
                var bytes: [UInt8] = []
                bytes.reserveCapacity(4 * input.count)
                input.withSpan { values in
                    for index in values.indices {
                        let bits = values[index].bitPattern
                        for shift in stride(from: 0, to: 32, by: 8) {
                            bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(shift)))
                        }
                    }
                }
                digest.add(bytes)
            }
            add(batch.labels ?? [])
        }
        return digest.digest()
    }
}
