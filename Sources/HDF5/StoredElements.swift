/// Elements of any type as they lie in a file, to be written as they are to another.
package struct StoredElements: Sendable {
    package let type: Datatype
    package let space: Dataspace
    package let bytes: ArraySlice<UInt8>
    let file: FileContents
    let place: String

    /// What the value of its own length is that these bytes of an element lead to; `elementBytes` of one element of
    /// it. Throws `damaged`.
    package func value(_ reference: ArraySlice<UInt8>, elementBytes: Int) throws -> (
        count: Int, bytes: ArraySlice<UInt8>
    ) {
        do {
            return try file.value(reference, elementBytes: elementBytes)
        } catch {
            throw HDF5Error.damaged(file: file.path, object: place, reason: error.reason)
        }
    }
}

extension FileContents {
    /// Texts as their bytes, without their padding. `type` must be that of texts.
    func strings(_ bytes: ArraySlice<UInt8>, of type: Datatype) throws(Damage) -> [ArraySlice<UInt8>] {
        var texts: [ArraySlice<UInt8>] = [], start = bytes.startIndex
        texts.reserveCapacity(bytes.count / type.size)
        while start < bytes.endIndex {
            let element = bytes[start..<(start + type.size)]
            start += type.size
            switch type.kind {
            case .text: texts.append(try value(element, elementBytes: 1).bytes.untilZero)
            case .string(.nullTerminated, _): texts.append(element.untilZero)
            case let .string(padding, _):
                let pad = padding == .spacePadded ? UInt8(ascii: " ") : 0
                texts.append(element.prefix(through: element.lastIndex { $0 != pad } ?? element.startIndex - 1))
            default: throw Damage("texts of a type that has none")
            }
        }
        return texts
    }
}

extension [ArraySlice<UInt8>] {
    /// As texts; nil where one is not UTF-8.
    var valid: [String]? {
        var texts: [String] = []
        texts.reserveCapacity(count)
        for bytes in self {
            guard let text = String(validating: bytes, as: UTF8.self) else { return nil }
            texts.append(text)
        }
        return texts
    }
}
