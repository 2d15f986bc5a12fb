import CHDF5
import HDF5

extension ElementType {
    /// The HDF5 type of little-endian order, which every platform of Swift has in memory, too.
    ///
    /// Throws `wrongType` for what can only be read.
    func makeType(at place: Place) throws -> Handle {
        switch self {
        case .float16: return try .binary16(exponentBits: 5, at: place)
        case .bfloat16: return try .binary16(exponentBits: 8, at: place)
        case .string: return try StringType.variable.makeType(at: place)
        case .boolean, .other:
            throw HDF5Error.wrongType(
                file: place.file, object: place.object, expected: "numbers or strings", found: description)
        case .float32: return try place.own(H5Tcopy(CHDF5_H5T_IEEE_F32LE()), "describe")
        case .float64: return try place.own(H5Tcopy(CHDF5_H5T_IEEE_F64LE()), "describe")
        case .int8: return try place.own(H5Tcopy(CHDF5_H5T_STD_I8LE()), "describe")
        case .int16: return try place.own(H5Tcopy(CHDF5_H5T_STD_I16LE()), "describe")
        case .int32: return try place.own(H5Tcopy(CHDF5_H5T_STD_I32LE()), "describe")
        case .int64: return try place.own(H5Tcopy(CHDF5_H5T_STD_I64LE()), "describe")
        case .uint8: return try place.own(H5Tcopy(CHDF5_H5T_STD_U8LE()), "describe")
        case .uint16: return try place.own(H5Tcopy(CHDF5_H5T_STD_U16LE()), "describe")
        case .uint32: return try place.own(H5Tcopy(CHDF5_H5T_STD_U32LE()), "describe")
        case .uint64: return try place.own(H5Tcopy(CHDF5_H5T_STD_U64LE()), "describe")
        }
    }
}

extension Handle {
    /// A float of one sign bit, `exponentBits` and the rest of 16 bits as mantissa. HDF5 1.10 has no such type built
    /// in; this is the description h5py gives its float16.
    fileprivate static func binary16(exponentBits: Int, at place: Place) throws -> Handle {
        let type = try place.own(H5Tcopy(CHDF5_H5T_IEEE_F32LE()), "describe")
        let mantissa = 15 - exponentBits
        try place.check(H5Tset_fields(type.id, 15, mantissa, exponentBits, 0, mantissa), "describe")
        try place.check(H5Tset_size(type.id, 2), "describe")
        try place.check(H5Tset_ebias(type.id, 1 << (exponentBits - 1) - 1), "describe")
        return type
    }
}
