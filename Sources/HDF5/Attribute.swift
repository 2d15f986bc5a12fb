import CHDF5

/// One open attribute.
struct Attribute: ~Copyable {
    let place: Place
    let handle: Handle
    let type: Handle
    let space: Handle
    let extent: Dataspace

    /// Attributes lie in their file as they are: throws `implausibleSize` where the file is smaller than what one
    /// declares.
    init(_ handle: consuming Handle, of object: Object, at place: Place) throws {
        let type = try place.own(H5Aget_type(handle.id), "describe")
        let space = try place.own(H5Aget_space(handle.id), "measure")
        let extent = try Dataspace(reading: space, at: place)
        try object.require(extent.count, of: H5Tget_size(type.id), within: object.file.plainLimit())
        self.place = place
        self.handle = handle
        self.type = type
        self.space = space
        self.extent = extent
    }

    func value() throws -> AttributeValue {
        let isScalar = extent.shape.isEmpty
        switch ElementType(reading: type) {
        case .string:
            let texts = try StringType(reading: type).read(extent.count, at: place) { H5Aread(handle.id, $0, $1) }
            return isScalar ? .string(texts[0]) : .strings(texts)
        case let numbers where numbers.isFloatingPoint:
            let values = try read(Double.self)
            return isScalar ? .double(values[0]) : .doubles(values)
        case .uint64:
            let values = try read(UInt64.self).compactMap { Int64(exactly: $0) }
            guard values.count == extent.count else { return .other }
            return isScalar ? .integer(values[0]) : .integers(values)
        case let numbers where numbers.isNumeric:
            let values = try read(Int64.self)
            return isScalar ? .integer(values[0]) : .integers(values)
        default:
            return .other
        }
    }

    private func read<T: Element>(_: T.Type) throws -> [T] {
        let memory = try T.elementType.makeType(at: place)
        return try .filled(extent.count) { try place.check(H5Aread(handle.id, memory.id, $0), "read") }
    }

    /// Makes the same attribute on `target`: same type, same shape, same bits.
    func copy(to target: Attributes, name: String) throws {
        try withElements(extent.count, of: type, at: place) { start in
            if extent.count > 0 { try place.check(H5Aread(handle.id, type.id, start), "read") }
            try target.create(name, type: type, space: space) { attribute in
                if extent.count > 0 { try place.check(H5Awrite(attribute, type.id, start), "copy") }
            }
        }
    }
}
