extension ElementType {
    /// The case for a type found in a file.
    init(_ type: Datatype) {
        switch type.kind {
        case let .float(bits, float): self = Self.float(bits, float, size: type.size)
        case let .integer(bits, isSigned): self = Self.integer(bits, isSigned: isSigned, size: type.size)
        case .string, .text: self = .string
        case let .enumeration(_, cases):
            let isBoolean = cases.map(\.name) == ["FALSE", "TRUE"] && cases.map(\.bytes) == [[0], [1]]
            self = isBoolean ? .boolean : .other("an enumeration")
        case .compound: self = .other("compounds")
        case .opaque: self = .other("opaque values of \(type.size) bytes")
        case .reference: self = .other("references")
        case .array: self = .other("arrays")
        case .sequence: self = .other("sequences of variable length")
        case .bitfield: self = .other("bit fields")
        case .time: self = .other("an unknown type")
        }
    }

    private static func float(_ bits: Datatype.Bits, _ float: Datatype.Float, size: Int) -> ElementType {
        let isUsual =
            bits.offset == 0 && bits.precision == size * 8 && float.normalization == 2
            && float.sign == size * 8 - 1 && float.mantissa == 0 && float.exponent == float.mantissaBits
            && float.exponent + float.exponentBits == float.sign
            && float.bias == 1 << UInt32(float.exponentBits - 1) - 1
        switch (isUsual, float.exponentBits, float.mantissaBits) {
        case (true, 5, 10): return .float16
        case (true, 8, 7): return .bfloat16
        case (true, 8, 23): return .float32
        case (true, 11, 52): return .float64
        default: return .other("floats of \(size) bytes in an unusual format")
        }
    }

    private static func integer(_ bits: Datatype.Bits, isSigned: Bool, size: Int) -> ElementType {
        switch (size, bits.offset == 0 && bits.precision == size * 8) {
        case (1, true): return isSigned ? .int8 : .uint8
        case (2, true): return isSigned ? .int16 : .uint16
        case (4, true): return isSigned ? .int32 : .uint32
        case (8, true): return isSigned ? .int64 : .uint64
        default: return .other("integers of \(size) bytes in an unusual format")
        }
    }
}

extension Datatype {
    /// Whether numbers have their most significant byte first.
    var isBigEndian: Bool {
        switch kind {
        case let .integer(bits, _), let .float(bits, _): bits.isBigEndian
        case let .enumeration(base, _): base.isBigEndian
        default: false
        }
    }
}

extension ElementType {
    /// Whether elements of the file are those of memory, bit by bit.
    func isSameInMemory<T: Element>(as _: T.Type, _ stored: Datatype) -> Bool {
        self == T.elementType && (stored.size == 1 || !stored.isBigEndian)
    }

    /// The numbers in `bytes`, elements of the type `stored`, whose case this is.
    func converted<T: Element>(_ bytes: ArraySlice<UInt8>, of stored: Datatype, to _: T.Type) -> [T] {
        var numbers = [T](repeating: .zero, count: bytes.count / stored.size)
        unsafe numbers.withUnsafeMutableBytes { unsafe convert(bytes, of: stored, to: T.self, $0) }
        return numbers
    }

    /// Converts the numbers in `bytes` into `destination`, which has room for as many of the type `T`.
    func convert<T: Element>(
        _ bytes: ArraySlice<UInt8>, of stored: Datatype, to _: T.Type, _ destination: UnsafeMutableRawBufferPointer
    ) {
        unsafe bytes.withUnsafeBytes { source in
            let isBig = stored.isBigEndian
            /// `widened`: the value of the bits that a number of that width has.
            func each<Raw: FixedWidthInteger & BitwiseCopyable>(_: Raw.Type, _ widened: (Raw) -> T) {
                let size = MemoryLayout<Raw>.size, step = MemoryLayout<T>.stride
                for index in 0..<(source.count / size) {
                    let raw = unsafe source.loadUnaligned(fromByteOffset: index * size, as: Raw.self)
                    unsafe destination.storeBytes(
                        of: widened(isBig ? raw.byteSwapped : raw), toByteOffset: index * step, as: T.self)
                }
            }
            switch self {
            case .float16:
                #if !(os(macOS) && arch(x86_64))
                each(UInt16.self) { T(converting: Double(Float16(bitPattern: $0))) }
                #endif
            case .bfloat16: each(UInt16.self) { T(converting: Double(Float(bitPattern: UInt32($0) << 16))) }
            case .float32: each(UInt32.self) { T(converting: Double(Float(bitPattern: $0))) }
            case .float64: each(UInt64.self) { T(converting: Double(bitPattern: $0)) }
            case .int8, .boolean: each(Int8.self) { T(converting: Int64($0)) }
            case .int16: each(Int16.self) { T(converting: Int64($0)) }
            case .int32: each(Int32.self) { T(converting: Int64($0)) }
            case .int64: each(Int64.self) { T(converting: $0) }
            case .uint8: each(UInt8.self) { T(converting: UInt64($0)) }
            case .uint16: each(UInt16.self) { T(converting: UInt64($0)) }
            case .uint32: each(UInt32.self) { T(converting: UInt64($0)) }
            case .uint64: each(UInt64.self) { T(converting: $0) }
            case .string, .other: preconditionFailure("no numbers: \(self)")
            }
        }
    }
}
