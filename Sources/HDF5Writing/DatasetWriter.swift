import CHDF5
import HDF5

/// A dataset of a file in the making.
package final class DatasetWriter: Sendable {
    let object: ObjectWriter
    /// The extents of the axes, slowest first; empty for a scalar.
    package let shape: [Int]
    private let type: ElementType
    /// How its texts are stored, where it is one of texts.
    private let strings: StringType?

    init(_ object: ObjectWriter, shape: [Int], type: ElementType, strings: StringType?) {
        (self.object, self.shape, self.type) = (object, shape, type)
        self.strings = strings ?? (type == .string ? .variable : nil)
    }

    /// The absolute path inside the file.
    package var path: String { object.path }

    package var attributes: AttributesWriter { AttributesWriter(object: object) }

    private var count: Int { shape.reduce(1, *) }

    /// Replaces the numbers of `rows`, indices along axis 0 inside the dataset, by exactly as many `values`, rows
    /// first, converted to the dataset's type; all of them where no rows are named.
    ///
    /// Throws `wrongType` where the dataset holds no numbers, `failed` where the file cannot be written.
    package func write<T: Element>(rows: Range<Int>? = nil, _ values: Span<T>) throws {
        try values.withUnsafeBufferPointer { try writeNumbers($0, rows: rows) }
    }

    /// Replaces numbers as `write(rows:_: Span)` does.
    ///
    /// Not by way of the array's span: Swift 6.3's optimizer gives the memory of an array literal away before the
    /// span's last use.
    package func write<T: Element>(rows: Range<Int>? = nil, _ values: [T]) throws {
        try values.withUnsafeBufferPointer { try writeNumbers($0, rows: rows) }
    }

    /// Replaces all texts. Throws `wrongType`, and `invalidText` for a text that exceeds a fixed length.
    package func write(_ texts: [String]) throws {
        precondition(texts.count == count, "'\(path)' has \(count) elements, \(texts.count) are given")
        guard let strings else { throw wrongType(expected: "strings") }
        try object.use {
            try strings.write(texts, at: object.place) { type, start in
                H5Dwrite(object.id, type, CHDF5_ALL, CHDF5_ALL, CHDF5_DEFAULT, start)
            }
        }
    }

    private func writeNumbers<T: Element>(_ values: UnsafeBufferPointer<T>, rows: Range<Int>?) throws {
        let expected = rows.map { shape.elements(in: $0, of: path) } ?? count
        precondition(values.count == expected, "'\(path)': \(expected) elements, not \(values.count)")
        try object.use {
            guard type.isNumeric else { throw wrongType(expected: "numbers") }
            guard let start = values.baseAddress, !values.isEmpty else { return }
            let type = try T.elementType.makeType(at: object.place)
            try write(start, type, rows: rows)
        }
    }

    /// Writes elements of the type `type` in memory, inside the lock.
    func write(_ start: UnsafeRawPointer, _ type: borrowing Handle, rows: Range<Int>?) throws {
        let place = object.place
        guard let rows else {
            try place.check(H5Dwrite(object.id, type.id, CHDF5_ALL, CHDF5_ALL, CHDF5_DEFAULT, start), "write")
            return
        }
        let file = try place.own(H5Dget_space(object.id), "measure")
        let first = [hsize_t(rows.lowerBound)] + repeatElement(0, count: shape.count - 1)
        let extents = [hsize_t(rows.count)] + shape.dropFirst().map { hsize_t($0) }
        try place.check(H5Sselect_hyperslab(file.id, H5S_SELECT_SET, first, nil, extents, nil), "select rows of")
        let memory = try Dataspace.make([shape.elements(in: rows, of: path)], at: place)
        try place.check(H5Dwrite(object.id, type.id, memory.id, file.id, CHDF5_DEFAULT, start), "write")
    }

    private func wrongType(expected: String) -> HDF5Error {
        .wrongType(file: object.file.path, object: path, expected: expected, found: type.description)
    }
}
