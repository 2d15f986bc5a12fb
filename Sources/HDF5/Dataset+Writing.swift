import CHDF5

extension Dataset {
    /// Replaces all numbers by `values`, rows first and exactly `count` of them, converted to the dataset's type.
    ///
    /// Throws `wrongType` where the dataset holds no numbers, `failed` where the file cannot be written.
    package func write<T: Element>(_ values: Span<T>) throws {
        try values.withUnsafeBufferPointer { try writeNumbers($0, rows: nil) }
    }

    /// Replaces all numbers by `values`, as `write(_: Span)` does.
    ///
    /// Not by way of the array's span: Swift 6.3's optimizer gives the memory of an array literal away before the
    /// span's last use.
    package func write<T: Element>(_ values: [T]) throws {
        try values.withUnsafeBufferPointer { try writeNumbers($0, rows: nil) }
    }

    /// Replaces the numbers of `rows`, indices along axis 0 inside the dataset, by exactly as many `values`.
    package func write<T: Element>(rows: Range<Int>, _ values: Span<T>) throws {
        try values.withUnsafeBufferPointer { try writeNumbers($0, rows: rows) }
    }

    /// Replaces the numbers of `rows`, as `write(rows:_: Span)` does.
    package func write<T: Element>(rows: Range<Int>, _ values: [T]) throws {
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
        let expected = rows.map { elements(in: $0) } ?? count
        precondition(
            values.count == expected,
            "\(rows.map { "\($0) of " } ?? "")'\(path)': \(expected) elements, \(values.count) are given")
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
