/// A number in memory that HDF5 converts what a file holds from and to: by value, rounding to nearest, and clipping
/// integers to their range.
package protocol Element: BitwiseCopyable, Sendable {
    static var elementType: ElementType { get }
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
