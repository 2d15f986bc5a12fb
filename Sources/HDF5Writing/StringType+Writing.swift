import CHDF5
import HDF5

extension StringType {
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

    /// Hands `transfer` memory that holds `texts`, and its type, which is this kind.
    ///
    /// Throws `invalidText` where a text holds a NUL byte or is longer than a fixed length.
    func write(_ texts: [String], at place: Place, _ transfer: (_ type: hid_t, UnsafeRawPointer) -> herr_t) throws {
        guard !texts.isEmpty else { return }
        guard !texts.contains(where: { $0.utf8.contains(0) }) else {
            throw place.invalidText("found a NUL byte inside")
        }
        if let length, let long = texts.first(where: { bytes($0) > length }) {
            throw place.invalidText("\(bytes(long)) bytes do not fit into a fixed length of \(length)")
        }
        let type = try makeType(at: place)
        let pad = length != nil && padding == .spacePadded ? UInt8(ascii: " ") : 0
        let packed: [UInt8] = texts.flatMap { text in
            Array(text.utf8) + repeatElement(pad, count: length.map { $0 - text.utf8.count } ?? 1)
        }
        try packed.withUnsafeBufferPointer { packed in
            guard var next = packed.baseAddress else { return }
            guard length == nil else { return _ = try place.check(transfer(type.id, next), "write") }
            let pointers = texts.map { text in
                defer { next += text.utf8.count + 1 }
                return next
            }
            _ = try pointers.withUnsafeBytes { list in
                try list.baseAddress.map { try place.check(transfer(type.id, $0), "write") }
            }
        }
    }
}
