/// A number in memory that what a file holds is converted from and to: by value, rounding to nearest, and clipping
/// integers to their range (fractions towards zero, NaN to 0).
package protocol Element: BitwiseCopyable, Sendable, Numeric {
    static var elementType: ElementType { get }
    init(converting value: Int64)
    init(converting value: UInt64)
    init(converting value: Double)
}

extension Element where Self: BinaryFloatingPoint {
    package init(converting value: Int64) { self.init(value) }
    package init(converting value: UInt64) { self.init(value) }
    package init(converting value: Double) { self.init(value) }
}

extension Element where Self: FixedWidthInteger {
    package init(converting value: Int64) { self.init(clamping: value) }
    package init(converting value: UInt64) { self.init(clamping: value) }
    package init(converting value: Double) {
        if let exact = Self(exactly: value.rounded(.towardZero)) {
            self = exact
        } else {
            self = value.isNaN ? 0 : value < 0 ? .min : .max
        }
    }
}

#if !(os(macOS) && arch(x86_64))
extension Float16: Element { package static var elementType: ElementType { .float16 } }
#endif
extension Float: Element { package static var elementType: ElementType { .float32 } }
extension Double: Element { package static var elementType: ElementType { .float64 } }
extension Int8: Element { package static var elementType: ElementType { .int8 } }
extension Int16: Element { package static var elementType: ElementType { .int16 } }
extension Int32: Element { package static var elementType: ElementType { .int32 } }
extension Int64: Element { package static var elementType: ElementType { .int64 } }
extension Int: Element { package static var elementType: ElementType { .int64 } }
extension UInt8: Element { package static var elementType: ElementType { .uint8 } }
extension UInt16: Element { package static var elementType: ElementType { .uint16 } }
extension UInt32: Element { package static var elementType: ElementType { .uint32 } }
extension UInt64: Element { package static var elementType: ElementType { .uint64 } }
