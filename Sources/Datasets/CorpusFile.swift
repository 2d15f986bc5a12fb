import HDF5
import HDF5Writing

/// A data set on its way into one HDF5 file that every command reads: images `x` (N×H×W×C, bytes where they are bytes)
/// with attributes `order`, `scale`, `mean` and `std`, labels `y` (class numbers, or rows of class probabilities where
/// they were that) with an attribute `class_names`; of a data set in two parts `x_train`, `y_train`, `x_test`,
/// `y_test`. Bytes in another type get an attribute `range` of [0, 255].
///
/// The attributes are a note of how models are usually trained on such data, for models that do not say it themselves.
package struct CorpusFile {
    /// Images that belong together.
    package struct Part {
        /// `train`, `test`, or nil where there is one part.
        package let name: String?
        /// How many images are written.
        package let count: Int
        package var imageShape: [Int] { source.imageShape }
        package var hasLabels: Bool { source.hasLabels }
        fileprivate let source: any ImageSource
    }

    /// One or two.
    package let parts: [Part]
    /// Nil where nobody says: the file then says nothing either.
    package let preprocessing: Preprocessing?

    /// Opens what `reference` names, as `Corpus.open` does; but without a part both parts of a data set, of an HDF5
    /// file `x_train` and `x_test`.
    ///
    /// Preprocessing, which is noted and not done, is the usual one of the data set where `overrides` does not say
    /// otherwise. `limit` counts for each part. Throws `DatasetError`, `HDF5Error`.
    package init(
        _ reference: String, size: ImageSize = .init(), overrides: PreprocessingOverrides = .init(), limit: Int? = nil
    ) throws {
        let sources = try Self.sources(reference, size: size)
        parts = sources.map { Part(name: $0.name, count: min($0.source.count, limit ?? .max), source: $0.source) }
        let first = sources[0].source, usual = first.preprocessing == Preprocessing() ? nil : first.preprocessing
        preprocessing = overrides.preprocessing ?? first.statedPreprocessing ?? usual
        for part in parts { try preprocessing?.validate(channels: part.imageShape.last ?? 1, path: part.source.path) }
    }

    /// Writes the file, a few MiB of images at a time, under a temporary name until it is complete.
    ///
    /// `progress` is told how many images are written. Throws `exists` unless `overwriting`, `notWritable`,
    /// `HDF5Error`, and what reading throws.
    package func write(to path: String, overwriting: Bool, progress: (Int) -> Void = { _ in }) throws {
        let new = try NewHDF5File(path, overwriting: overwriting)
        var done = 0
        for part in parts {
            try part.write(to: new, preprocessing) { progress(done + $0) }
            done += part.count
        }
        try new.commit()
    }

    private static func sources(_ reference: String, size: ImageSize) throws -> [(
        name: String?, source: any ImageSource
    )] {
        let place = try DataReference(reference)
        guard place.part == nil else { return [(nil, try Corpus.source(place, size: size))] }
        let train: (any ImageSource)?, test: (any ImageSource)?
        switch place.format {
        case .folder:
            train = try DataFolder.find("train", in: place.path, size: size)
            test = try DataFolder.find("test", in: place.path, size: size)
        case .idx: (train, test) = (nil, nil)
        case .hdf5:
            let file = try HDF5Images.training(place)
            (train, test) = (try file.training.sized(size), try file.test?.sized(size))
        }
        if let train, let test { return [("train", train), ("test", test)] }
        return [(nil, try train ?? test ?? Corpus.source(place, size: size))]
    }
}

extension CorpusFile.Part {
    fileprivate func write(to new: NewHDF5File, _ preprocessing: Preprocessing?, progress: (Int) -> Void) throws {
        let suffix = name.map { "_\($0)" } ?? "", root = try new.file.root
        var images: DatasetWriter?, bytes = ByteLikeness()
        // Rows of class probabilities stay what they are.
        let width = try hasLabels ? source.distributions(0..<1)?.count : nil
        let labels =
            try hasLabels
            ? new.writing {
                try root.createDataset(
                    "y\(suffix)", shape: [count] + (width.map { [$0] } ?? []), type: width == nil ? .int32 : .float32)
            } : nil
        if let labels, let names = source.classNames {
            try new.writing { try labels.attributes.set("class_names", .strings(names)) }
        }
        let step = max(1, (1 << 22) / imageShape.reduce(1, *))
        for first in stride(from: 0, to: count, by: step) {
            let range = first..<min(count, first + step), pixels = try source.read(range)
            let rows = try width == nil ? nil : source.distributions(range),
                classes = try labels == nil || width != nil ? nil : source.labels(range)
            try new.writing {
                let dataset = try images ?? create(in: root, suffix, pixels, preprocessing)
                images = dataset
                switch pixels {
                case let .bytes(bytes): try dataset.write(rows: range, bytes)
                case let .numbers(numbers):
                    try dataset.write(rows: range, numbers)
                    bytes.add(numbers)
                }
                if let classes { try labels?.write(rows: range, classes) }
                if let rows { try labels?.write(rows: range, rows) }
            }
            progress(range.upperBound)
        }
        let noted = source.statedRange ?? (bytes.areBytes ? .bytes : nil)
        if let noted { try new.writing { try images.map { try noted.state(in: $0.attributes) } } }
    }

    private func create(in root: GroupWriter, _ suffix: String, _ pixels: Pixels, _ preprocessing: Preprocessing?)
        throws -> DatasetWriter
    {
        let type: ElementType = if case .bytes = pixels { .uint8 } else { .float32 }
        let dataset = try root.createDataset("x\(suffix)", shape: [count] + imageShape, type: type, gzip: 1)
        if let preprocessing { try preprocessing.state(in: dataset.attributes) }
        return dataset
    }
}

/// Whether numbers are bytes in another type: whole, from 0 to 255, and not only small ones, which may count something
/// else.
private struct ByteLikeness {
    private var areWhole = true
    private var largest = 0.0

    var areBytes: Bool { areWhole && largest >= 128 }

    mutating func add(_ numbers: [Double]) {
        guard areWhole else { return }
        for number in numbers {
            guard number >= 0, number <= 255, number.rounded() == number else { return areWhole = false }
            largest = max(largest, number)
        }
    }
}
