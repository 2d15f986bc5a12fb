/// How a file stores text.
package struct StringType: Equatable, Sendable {
    package enum Padding: Sendable { case nullTerminated, nullPadded, spacePadded }

    /// Bytes of every string, a terminating NUL included; nil where each string has its own length.
    package var length: Int?
    package var padding: Padding
    /// What the file says of the encoding. What is written is UTF-8 in any case, as Keras does.
    package var isUTF8: Bool

    package init(length: Int?, padding: Padding = .nullPadded, isUTF8: Bool = true) {
        (self.length, self.padding, self.isUTF8) = (length, padding, isUTF8)
    }

    /// What h5py makes of a `str`.
    package static let variable = StringType(length: nil, padding: .nullTerminated)

    /// What h5py makes of a numpy array of bytes, and Keras of its lists of names.
    package static func fixed(_ length: Int) -> StringType { StringType(length: length, isUTF8: false) }

    /// How texts of this type are stored; nil where it is no type of texts.
    package init?(_ type: Datatype) {
        switch type.kind {
        case let .string(padding, isUTF8): self.init(length: type.size, padding: padding, isUTF8: isUTF8)
        case let .text(padding, isUTF8): self.init(length: nil, padding: padding, isUTF8: isUTF8)
        default: return nil
        }
    }

    /// The same kind, long enough for each of `texts`, for an attribute. Above 64 000 bytes a fixed length gives way
    /// to a variable one: headers written before HDF5 1.8 end at 64 KiB.
    package func fitting(_ texts: [String]) -> StringType {
        guard let length else { return self }
        let needed = texts.map { bytes($0) }.max() ?? 0
        let fitted = max(length, needed, 1)
        let (total, overflow) = fitted.multipliedReportingOverflow(by: texts.count)
        return StringType(length: overflow || total > 64_000 ? nil : fitted, padding: padding, isUTF8: isUTF8)
    }

    /// What a fixed length must have for `text`.
    package func bytes(_ text: String) -> Int {
        text.utf8.count + (padding == .nullTerminated ? 1 : 0)
    }
}
