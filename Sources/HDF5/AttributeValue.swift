/// What an attribute holds: a scalar, or the elements of an array of any rank, rows first.
package enum AttributeValue: Equatable, Sendable {
    case string(String), strings([String])
    case integer(Int64), integers([Int64])
    case double(Double), doubles([Double])
    /// A type without a case of its own.
    case other

    /// What an error calls it.
    package var kind: String {
        switch self {
        case .string: "a string"
        case .strings: "strings"
        case .integer, .integers: "integers"
        case .double, .doubles: "floating point numbers"
        case .other: "another type"
        }
    }
}
