import CHDF5

extension Dataset {
    /// All numbers, rows first, converted to `T`.
    ///
    /// Throws `wrongType` for strings and other types, `implausibleSize` before memory is taken for what a file of
    /// this size cannot hold, `failed` where the library cannot read (damage, a filter it lacks).
    package func read<T: Element>(_: T.Type = T.self) throws -> [T] {
        try object.use {
            try requireNumbers()
            try requireReadable(elementBytes: MemoryLayout<T>.stride)
            return try .filled(count) { try readNumbers(rows: nil, into: $0) }
        }
    }

    /// Fills `destination` with the numbers of `rows`, indices along axis 0, without reading the others; with all where
    /// no rows are named.
    ///
    /// `rows` must lie inside the dataset and `destination` have exactly their elements. Throws like `read()`.
    package func read<T: Element>(rows: Range<Int>? = nil, into destination: inout MutableSpan<T>) throws {
        requireCount(destination.count, of: rows)
        try destination.withUnsafeMutableBufferPointer { buffer in
            guard let start = buffer.baseAddress, !buffer.isEmpty else { return }
            try object.use { try readNumbers(rows: rows, into: start) }
        }
    }

    /// All texts, rows first, without their padding. Throws `wrongType`, `invalidText`, `implausibleSize`, `failed`.
    package func readStrings() throws -> [String] {
        try object.use {
            try requireStrings()
            let place = object.place
            let type = try place.own(H5Dget_type(object.id), "describe")
            try requireReadable(elementBytes: H5Tget_size(type.id))
            return try StringType(reading: type).read(count, at: place) { type, start in
                H5Dread(object.id, type, CHDF5_ALL, CHDF5_ALL, CHDF5_DEFAULT, start)
            }
        }
    }

    /// The bytes of all elements as they lie in the file, for types of fixed size that Swift has no match for: Keras 3
    /// keeps bfloat16 as opaque pairs of bytes. Throws `wrongType` for texts, sequences and references, else as
    /// `read()`.
    package func readBytes() throws -> [UInt8] {
        try object.use {
            let place = object.place
            let type = try place.own(H5Dget_type(object.id), "describe")
            guard [H5T_VLEN, H5T_REFERENCE, H5T_STRING].allSatisfy({ H5Tdetect_class(type.id, $0) == 0 }) else {
                throw wrongType(expected: "values of fixed size")
            }
            let size = H5Tget_size(type.id)
            try requireReadable(elementBytes: size)
            return try .filled(count * size) { start in
                try place.check(H5Dread(object.id, type.id, CHDF5_ALL, CHDF5_ALL, CHDF5_DEFAULT, start), "read")
            }
        }
    }

    private func readNumbers<T: Element>(rows: Range<Int>?, into start: UnsafeMutablePointer<T>) throws {
        try requireNumbers()
        try requirePlausibleChunks()
        let type = try T.elementType.makeType(at: object.place)
        try select(rows) { memory, file in
            try object.place.check(H5Dread(object.id, type.id, memory, file, CHDF5_DEFAULT, start), "read")
        }
    }

    /// The library unpacks whole chunks, whatever part of them is asked for.
    private func requirePlausibleChunks() throws {
        guard let chunks else { return }
        let elements = chunks.reduce(1) { $0.multipliedReportingOverflow(by: $1).overflow ? .max : $0 * $1 }
        try object.require(elements, of: fileElementBytes(), within: object.file.expandedLimit())
    }

    /// Throws `implausibleSize` where the whole dataset is more than the file can hold: to be asked before it is read
    /// rows by rows, which only looks at the rows asked for.
    package func requirePlausibleSize() throws {
        try object.use { try requireReadable(elementBytes: fileElementBytes()) }
    }

    /// Throws `implausibleSize` where the whole dataset, in elements of that size in memory, is more than its storage
    /// or, in chunks or never written, more than the file can hold.
    func requireReadable(elementBytes: Int) throws {
        try requirePlausibleChunks()
        let stored = chunks == nil ? Int(clamping: H5Dget_storage_size(object.id)) : 0
        if stored > 0 {
            try object.require(count, of: fileElementBytes(), within: min(stored, object.file.plainLimit()))
        } else {
            try object.require(count, of: elementBytes, within: object.file.expandedLimit())
        }
    }

    private func fileElementBytes() throws -> Int {
        let type = try object.place.own(H5Dget_type(object.id), "describe")
        return H5Tget_size(type.id)
    }
}

extension Dataset {
    /// The number of elements in `rows`, which must lie inside the dataset.
    func elements(in rows: Range<Int>) -> Int {
        precondition(!shape.isEmpty, "'\(path)' is a scalar, it has no rows")
        precondition(
            rows.lowerBound >= 0 && rows.upperBound <= shape[0], "\(rows) is outside the \(shape[0]) rows of '\(path)'")
        return shape[0] == 0 ? 0 : count / shape[0] * rows.count
    }

    /// Stops the program unless `given` is the number of elements in `rows`, or in the dataset where none are named.
    func requireCount(_ given: Int, of rows: Range<Int>?) {
        let expected = rows.map { elements(in: $0) } ?? count
        precondition(
            given == expected,
            "\(rows.map { "\($0) of " } ?? "")'\(path)': \(expected) elements, not \(given)")
    }

    /// Calls `body` with the dataspaces in memory and in the file that stand for `rows`, or for everything.
    func select(_ rows: Range<Int>?, _ body: (_ memory: hid_t, _ file: hid_t) throws -> Void) throws {
        guard let rows else { return try body(CHDF5_ALL, CHDF5_ALL) }
        let place = object.place
        let file = try place.own(H5Dget_space(object.id), "measure")
        let start = [hsize_t(rows.lowerBound)] + repeatElement(0, count: shape.count - 1)
        let extents = [hsize_t(rows.count)] + shape.dropFirst().map { hsize_t($0) }
        try place.check(H5Sselect_hyperslab(file.id, H5S_SELECT_SET, start, nil, extents, nil), "select rows of")
        let memory = try Dataspace.make([elements(in: rows)], at: place)
        try body(memory.id, file.id)
    }
}
