import CHDF5

extension Dataset {
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
        try object.use {
            try requireStrings()
            let type = try object.place.own(H5Dget_type(object.id), "describe")
            try StringType(reading: type).write(texts, at: object.place) { type, start in
                H5Dwrite(object.id, type, CHDF5_ALL, CHDF5_ALL, CHDF5_DEFAULT, start)
            }
        }
    }

    private func writeNumbers<T: Element>(_ values: UnsafeBufferPointer<T>, rows: Range<Int>?) throws {
        requireCount(values.count, of: rows)
        try object.use {
            try requireNumbers()
            guard let start = values.baseAddress, !values.isEmpty else { return }
            let type = try T.elementType.makeType(at: object.place)
            try select(rows) { memory, file in
                try object.place.check(H5Dwrite(object.id, type.id, memory, file, CHDF5_DEFAULT, start), "write")
            }
        }
    }
}
