import Datasets
import Tensors

extension FilterRecord {
    func write(to part: PartWriter, _ name: String) throws {
        try part.write("\(name)/largest", largest)
        try zeros.write(to: part, name)
        try part.write("\(name)/inputs", [seesInputs ? 1 : 0, averagedPositions])
        try part.write("\(name)/sums", sums.values)
        try part.write("\(name)/strongest/peaks", strongest.flatMap { $0.padded.map(\.peak) })
        try part.write("\(name)/strongest/images", strongest.flatMap { $0.padded.map(\.image) })
        try peaks.write(to: part, "\(name)/peaks")
    }

    /// What a part says of its images; `countsPeaks`: whether their peaks were counted. Throws `PartError.invalid`.
    init(_ part: PartReader, _ name: String, filters: Int, countsPeaks: Bool) throws {
        let header = part.header, blocks = header.blocks
        self.init(filters: filters, from: blocks.upperBound)
        largest = try part.read("\(name)/largest", count: filters)
        guard largest.allSatisfy({ $0 >= 0 }) else { throw part.invalid("\(name)/largest") }
        zeros = try ZeroCounts(part, name, channels: filters)
        let inputs = try part.counts("\(name)/inputs", count: 2)
        (seesInputs, averagedPositions) = (inputs[0] == 1, inputs[1])
        let width = 3 * filters
        sums = BlockSums(
            width: width, blocks: blocks,
            values: try part.read("\(name)/sums", count: BlockSums.nodes(of: blocks).count * width))
        let places = filters * StrongestImages.count,
            highest: [Float] = try part.read("\(name)/strongest/peaks", count: places),
            images: [Int] = try part.read("\(name)/strongest/images", count: places)
        strongest = try (0..<filters).map { filter in
            let range = (filter * StrongestImages.count)..<((filter + 1) * StrongestImages.count)
            guard let found = StrongestImages(zip(highest[range], images[range]), of: header.range) else {
                throw part.invalid("\(name)/strongest")
            }
            return found
        }
        peaks = try FilterPeaks(
            part, "\(name)/peaks", filters: filters, images: header.range.count, counts: countsPeaks)
    }
}

extension ZeroCounts {
    func write(to part: PartWriter, _ name: String) throws {
        try part.write("\(name)/zeros", counts)
        try part.write("\(name)/positions", [positions])
    }

    init(_ part: PartReader, _ name: String, channels: Int) throws {
        self.init(channels: channels)
        counts = try part.counts("\(name)/zeros", count: channels)
        positions = try part.counts("\(name)/positions", count: 1)[0]
    }
}

extension StrongestImages {
    /// As many as there can be, those that are missing as peaks of 0.
    fileprivate var padded: [(peak: Float, image: Int)] {
        entries + repeatElement((peak: 0, image: -1), count: Self.count - entries.count)
    }

    /// Nil where peaks do not fall, or an image is none of `range`.
    fileprivate init?(_ padded: some Sequence<(Float, Int)>, of range: Range<Int>) {
        for (peak, image) in padded where image != -1 {
            guard range.contains(image), peak > 0, peak <= entries.last?.peak ?? .infinity else { return nil }
            add(peak, image: image)
        }
    }
}
