/// What a dataset or attribute holds, whatever its byte order.
package enum ElementType: Equatable, Sendable, CustomStringConvertible {
    /// IEEE 754 binary16, and the upper half of a binary32.
    case float16, bfloat16
    case float32, float64
    case int8, int16, int32, int64
    case uint8, uint16, uint32, uint64
    /// h5py's enumeration of FALSE and TRUE; can be read as numbers, not written.
    case boolean
    /// Text of fixed or variable length.
    case string
    /// Anything else, by the name of its HDF5 class: only `Group.copy` and `Attributes.copyAll` carry it.
    case other(String)

    package var description: String {
        switch self {
        case .float16: "float16"
        case .bfloat16: "bfloat16"
        case .float32: "float32"
        case .float64: "float64"
        case .int8: "int8"
        case .int16: "int16"
        case .int32: "int32"
        case .int64: "int64"
        case .uint8: "uint8"
        case .uint16: "uint16"
        case .uint32: "uint32"
        case .uint64: "uint64"
        case .boolean: "booleans"
        case .string: "strings"
        case let .other(name): name
        }
    }

    package var isFloatingPoint: Bool {
        switch self {
        case .float16, .bfloat16, .float32, .float64: true
        default: false
        }
    }

    /// Whether it converts from and to numbers.
    package var isNumeric: Bool {
        switch self {
        case .string, .other: false
        default: true
        }
    }
}
