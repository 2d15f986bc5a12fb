import CHDF5

extension ElementType {
    /// The case for an HDF5 type found in a file.
    init(reading type: borrowing Handle) {
        let size = H5Tget_size(type.id)
        switch H5Tget_class(type.id) {
        case H5T_FLOAT: self = Self.float(type.id, size: size)
        case H5T_INTEGER: self = Self.integer(type.id, size: size)
        case H5T_STRING: self = .string
        case H5T_ENUM: self = Self.isBoolean(type.id) ? .boolean : .other("an enumeration")
        case H5T_COMPOUND: self = .other("compounds")
        case H5T_OPAQUE: self = .other("opaque values of \(size) bytes")
        case H5T_REFERENCE: self = .other("references")
        case H5T_ARRAY: self = .other("arrays")
        case H5T_VLEN: self = .other("sequences of variable length")
        case H5T_BITFIELD: self = .other("bit fields")
        default: self = .other("an unknown type")
        }
    }

    private static func float(_ type: hid_t, size: Int) -> ElementType {
        var (sign, exponent, exponentBits, mantissa, mantissaBits) = (0, 0, 0, 0, 0)
        H5Tget_fields(type, &sign, &exponent, &exponentBits, &mantissa, &mantissaBits)
        let isUsual =
            sign == size * 8 - 1 && mantissa == 0 && exponent == mantissaBits
            && exponent + exponentBits == sign && H5Tget_ebias(type) == 1 << (max(1, exponentBits) - 1) - 1
        switch (isUsual, exponentBits, mantissaBits) {
        case (true, 5, 10): return .float16
        case (true, 8, 7): return .bfloat16
        case (true, 8, 23): return .float32
        case (true, 11, 52): return .float64
        default: return .other("floats of \(size) bytes in an unusual format")
        }
    }

    private static func integer(_ type: hid_t, size: Int) -> ElementType {
        let isSigned = H5Tget_sign(type) == H5T_SGN_2
        switch (size, H5Tget_precision(type) == size * 8) {
        case (1, true): return isSigned ? .int8 : .uint8
        case (2, true): return isSigned ? .int16 : .uint16
        case (4, true): return isSigned ? .int32 : .uint32
        case (8, true): return isSigned ? .int64 : .uint64
        default: return .other("integers of \(size) bytes in an unusual format")
        }
    }

    private static func isBoolean(_ type: hid_t) -> Bool {
        guard H5Tget_size(type) == 1, H5Tget_nmembers(type) == 2 else { return false }
        return ["FALSE", "TRUE"].enumerated().allSatisfy { index, name in
            var value: UInt8 = .max
            return H5Tenum_valueof(type, name, &value) >= 0 && value == UInt8(index)
        }
    }
}
