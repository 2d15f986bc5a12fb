/// An array of numbers or texts in a file, rows first.
package final class Dataset: Placed, Sendable {
    let object: Object
    private let contents: FileContents
    /// The absolute path inside the file.
    package let path: String
    package let space: Dataspace
    package let type: ElementType
    package let stored: Datatype
    package let fillValue: FillValue
    package let filters: FilterPipeline
    let layout: DataLayout

    /// The extents of the axes, slowest first; empty for a scalar, `[0]` for HDF5's null space.
    package var shape: [Int] { space.shape }
    /// The number of elements, the product of the shape.
    package var count: Int { space.count }
    /// The extents of a chunk, where the dataset is stored in chunks.
    package var chunks: [Int]? { if case let .chunked(chunks) = layout { chunks.shape } else { nil } }
    package var isCompact: Bool { if case .compact = layout { true } else { false } }
    /// The flags of HDF5's order in which attributes were made: bit 0 tracked, bit 1 indexed.
    package var attributeOrder: UInt32 { object.header.attributeOrder }
    /// Where it is in the file: the same for every path that leads to it.
    package var address: Int { object.header.address }

    package var attributes: Attributes { Attributes(object: object, path: path) }

    /// Throws `elsewhere`, `damaged`.
    init(_ object: Object, path: String) throws {
        (self.object, contents, self.path) = (object, object.file, path)
        let widths = object.file.widths
        func elsewhere(_ means: String) -> HDF5Error { .elsewhere(file: object.file.path, object: path, means: means) }
        do {
            layout = try DataLayout(object.body(.layout) ?? [], widths)
            if case .virtual = layout { throw elsewhere("a virtual dataset") }
            if object.header[.externalFiles] != nil { throw elsewhere("external storage") }
            space = try Dataspace(object.body(.dataspace) ?? [], widths)
            stored = try Datatype(object.body(.datatype) ?? [], widths)
            filters =
                try object.body(.filters).map { body throws(Damage) in try FilterPipeline(body, widths) } ?? .init()
            fillValue =
                if let body = try object.body(.fillValue) {
                    try FillValue(body, widths)
                } else {
                    try object.body(.oldFillValue).map { body throws(Damage) in try FillValue(old: body, widths) }
                        ?? .init()
                }
            if let fill = fillValue.bytes, fill.count != stored.size { throw Damage("a fill value of another type") }
        } catch let damage as Damage {
            throw HDF5Error.damaged(file: object.file.path, object: path, reason: damage.reason)
        }
        type = ElementType(stored)
    }

    /// Throws `cannotOpen` where the file was written to since it was opened: what is read now may not go with what
    /// was.
    package func requireUnchanged() throws {
        guard !object.file.source.isRewritten else {
            throw HDF5Error.cannotOpen(file: file, reason: "it was written to meanwhile; wait until that is done")
        }
    }

    func requireNumbers() throws { if !type.isNumeric { throw wrongType(expected: "numbers") } }

    func requireStrings() throws { if type != .string { throw wrongType(expected: "strings") } }

    /// That it should hold numbers, or what is said.
    package func wrongType(expected: String = "numbers") -> HDF5Error {
        .wrongType(file: file, object: path, expected: expected, found: type.description)
    }
}
