import Tensors

/// What a model is run on: a corpus for each of its inputs, in its order. Image i of one belongs to image i of the
/// others.
package struct ModelCorpus: Sendable {
    package let corpora: [Corpus]
    package let count: Int
    /// The positions of its images in the corpora, ascending; nil for the first `count`.
    private let positions: [Int]?

    /// One corpus for each input, arranged for it; the first `limit` images of each, all where it is nil.
    ///
    /// Throws `imageCounts` where they do not hold equally many.
    package init(_ corpora: [Corpus], limit: Int? = nil) throws(DatasetError) {
        let counts = corpora.map(\.count)
        guard Set(counts).count <= 1 else { throw .imageCounts(counts) }
        self.init(corpora, count: min(counts.first ?? 0, limit ?? .max), positions: nil)
    }

    /// The images for a model of one input; the first `limit` of them, all where it is nil.
    package init(_ corpus: Corpus, limit: Int? = nil) {
        self.init([corpus], count: min(corpus.count, limit ?? .max), positions: nil)
    }

    private init(_ corpora: [Corpus], count: Int, positions: [Int]?) {
        precondition(count >= 0, "a limit is positive")
        (self.corpora, self.count, self.positions) = (corpora, count, positions)
    }

    /// Those of its images whose position in the corpora `isIncluded` wants; it may be none. Nothing is read or copied.
    package func subset(where isIncluded: (Int) -> Bool) -> ModelCorpus {
        let chosen = positions.map { $0.filter(isIncluded) } ?? (0..<count).filter(isIncluded)
        return ModelCorpus(corpora, count: chosen.count, positions: chosen)
    }

    /// Where an image lies in the corpora.
    func position(of image: Int) -> Int { positions?[image] ?? image }

    /// `number` of its images at most, spread evenly over all of them. Nothing is read or copied.
    package func spread(over number: Int) -> ModelCorpus {
        guard count > number else { return self }
        let chosen = (0..<number).map { $0 * count / number }
        return ModelCorpus(corpora, count: number, positions: chosen.map { positions?[$0] ?? $0 })
    }

    /// Those of its images that are not among those of `other`, by what they hold, whatever they are called; reads
    /// both. Two images count as the same where 64 bits of their values' hash agree.
    ///
    /// `hashes`: those of all images of the corpora, where they are known already; then nothing is read.
    package func without(_ other: ModelCorpus, hashes: [UInt64]? = nil) throws -> ModelCorpus {
        let known = Set(try other.hashes(among: hashes)), own = try self.hashes(among: hashes)
        let chosen = own.indices.filter { !known.contains(own[$0]) }
        return ModelCorpus(corpora, count: chosen.count, positions: chosen.map { positions?[$0] ?? $0 })
    }

    private func hashes(among known: [UInt64]?) throws -> [UInt64] {
        if let known { return positions?.map { known[$0] } ?? Array(known.prefix(count)) }
        var result: [UInt64] = [], batches = batches(of: 64)
        while let batch = try batches.next() {
            result += batch.hashes
        }
        return result
    }

    /// Whether its images are the first ones of the corpora, so that their positions are the same.
    package var isWhole: Bool { positions == nil }

    package var hasLabels: Bool { corpora.contains(where: \.hasLabels) }

    /// The images in order, up to `size` at a time, fewer where memory asks for it.
    package func batches(of size: Int) -> Batches<ModelBatch> {
        precondition(size > 0, "batches hold images")
        return Batches(of: corpora.reduce(size) { min($0, $1.largestBatch) }, end: count, batch)
    }

    /// The blocks that all of its images make.
    package var blocks: Range<Int> { 0..<ImageBlocks.count(ofImages: count) }

    /// The images of some blocks in order, up to `size` at a time, fewer where memory asks for it; none across the
    /// border of two blocks.
    package func batches(of size: Int, blocks: Range<Int>) -> Batches<ModelBatch> {
        precondition(size > 0, "batches hold images")
        let size = corpora.reduce(size) { min($0, $1.largestBatch) }
        let ranges = blocks.flatMap { block -> [Range<Int>] in
            let images = ImageBlocks.images(of: block..<block + 1, count: count)
            return stride(from: images.lowerBound, to: images.upperBound, by: size).map {
                $0..<min(images.upperBound, $0 + size)
            }
        }
        let start = ranges.first?.lowerBound ?? 0
        return Batches(ranges) { range in
            var batch = try batch(range)
            batch.done -= start
            return batch
        }
    }

    /// The images from `range` of those it holds. Throws as `Corpus.batch` does.
    private func batch(_ range: Range<Int>) throws -> ModelBatch {
        let runs = positions.map { Self.runs($0[range]) } ?? [range]
        // Labels are read once, from the first corpus that has some.
        let labelled = corpora.firstIndex(where: \.hasLabels)
        var inputs: [Tensor] = [], labels: [Int]?, distributions: [Float]?
        for (index, corpus) in corpora.enumerated() {
            let parts = try runs.map { try corpus.batch($0, readingLabels: index == labelled) }
            inputs.append(Tensor(joining: parts.map(\.images)))
            if index == labelled {
                labels = parts.flatMap { $0.labels ?? [] }
                if parts.allSatisfy({ $0.distributions != nil }) {
                    distributions = parts.flatMap { $0.distributions ?? [] }
                }
            }
        }
        return ModelBatch(inputs: inputs, labels: labels, distributions: distributions, done: range.upperBound)
    }

    /// Ascending numbers as ranges of neighbours.
    private static func runs(_ positions: ArraySlice<Int>) -> [Range<Int>] {
        var result: [Range<Int>] = []
        for position in positions {
            if let last = result.last, last.upperBound == position {
                result[result.count - 1] = last.lowerBound..<(position + 1)
            } else {
                result.append(position..<(position + 1))
            }
        }
        return result
    }
}

/// Some images of a model's inputs.
package struct ModelBatch: Sendable {
    /// One tensor for each input, N × its shape.
    package let inputs: [Tensor]
    /// The class number of each image; nil where no corpus has labels.
    package let labels: [Int]?
    /// The row of class probabilities of each image, one after the other; nil where labels are class numbers.
    package var distributions: [Float]?
    /// How many images that makes, with those of the batches before.
    package fileprivate(set) var done: Int

    /// A number for each image that follows from its values (FNV-1a).
    package var hashes: [UInt64] {
        var result: [UInt64] = []
        for input in inputs {
            let images = input.shape[0], width = input.count / max(1, images)
            if result.isEmpty { result = Array(repeating: 0xCBF2_9CE4_8422_2325, count: images) }
            input.withSpan { values in
                for image in 0..<images {
                    var hash = result[image]
                    for position in (image * width)..<((image + 1) * width) {
                        hash = (hash ^ UInt64(values[position].bitPattern)) &* 0x100_0000_01B3
                    }
                    result[image] = hash
                }
            }
        }
        return result
    }
}

extension Tensor {
    /// Tensors that differ in their first axis only, one after the other along it.
    fileprivate init(joining parts: [Tensor]) {
        if parts.count == 1 {
            self = parts[0]
            return
        }
        var whole = Tensor(shape: [parts.reduce(0) { $0 + $1.shape[0] }] + parts[0].shape.dropFirst()), start = 0
        for part in parts {
            part.withSpan { source in
                whole.withMutableSpan { target in for i in source.indices { target[start + i] = source[i] } }
            }
            start += part.count
        }
        self = whole
    }
}
