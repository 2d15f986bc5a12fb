import CHDF5

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

    /// The kind of an HDF5 string type found in a file.
    init(reading type: borrowing Handle) {
        length = H5Tis_variable_str(type.id) > 0 ? nil : H5Tget_size(type.id)
        padding =
            switch H5Tget_strpad(type.id) {
            case H5T_STR_NULLPAD: .nullPadded
            case H5T_STR_SPACEPAD: .spacePadded
            default: .nullTerminated
            }
        isUTF8 = H5Tget_cset(type.id) == H5T_CSET_UTF8
    }

    func makeType(at place: Place) throws -> Handle {
        let type = try place.own(H5Tcopy(CHDF5_H5T_C_S1()), "describe")
        try place.check(H5Tset_size(type.id, length ?? CHDF5_VARIABLE()), "describe")
        let pad =
            switch padding {
            case .nullTerminated: H5T_STR_NULLTERM
            case .nullPadded: H5T_STR_NULLPAD
            case .spacePadded: H5T_STR_SPACEPAD
            }
        try place.check(H5Tset_strpad(type.id, pad), "describe")
        try place.check(H5Tset_cset(type.id, isUTF8 ? H5T_CSET_UTF8 : H5T_CSET_ASCII), "describe")
        return type
    }

    /// The same kind, long enough for each of `texts`, for an attribute. Above 64 000 bytes a fixed length gives way
    /// to a variable one: headers written before HDF5 1.8 end at 64 KiB.
    func fitting(_ texts: [String]) -> StringType {
        guard let length else { return self }
        let needed = texts.map { bytes($0) }.max() ?? 0
        let fitted = max(length, needed, 1)
        let (total, overflow) = fitted.multipliedReportingOverflow(by: texts.count)
        return StringType(length: overflow || total > 64_000 ? nil : fitted, padding: padding, isUTF8: isUTF8)
    }

    /// What a fixed length must have for `text`.
    func bytes(_ text: String) -> Int {
        text.utf8.count + (padding == .nullTerminated ? 1 : 0)
    }
}
