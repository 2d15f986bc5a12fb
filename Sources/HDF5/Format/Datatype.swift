import Tensors

/// What the elements of a dataset or attribute are, bit by bit, as the file tells it.
package struct Datatype: Equatable, Sendable {
    /// Bytes of an element in the file.
    package let size: Int
    package let kind: Kind

    package indirect enum Kind: Equatable, Sendable {
        case integer(Bits, isSigned: Bool)
        case float(Bits, Float)
        case time(Bits)
        case string(StringType.Padding, isUTF8: Bool)
        case bitfield(Bits)
        case opaque(tag: String)
        case compound([Member])
        /// To an object, or to a region of a dataset.
        case reference(isRegion: Bool)
        case enumeration(Datatype, [Case])
        /// A sequence of elements of that type; of each its length, and where it is in a global heap.
        case sequence(Datatype)
        /// A string of its own length, in a global heap.
        case text(StringType.Padding, isUTF8: Bool)
        case array(Datatype, shape: [Int])
    }

    /// Where in the bytes of a number its bits are.
    package struct Bits: Equatable, Sendable {
        package var isBigEndian: Bool
        /// The lowest bit that counts, and how many do: inside the element's bytes.
        package var offset: Int
        package var precision: Int
        /// Whether the bits below and above are set.
        package var lowPad = false
        package var highPad = false
    }

    /// Where the parts of a floating point number are, from its lowest bit; all inside its precision.
    package struct Float: Equatable, Sendable {
        package var sign: Int
        package var exponent: Int
        package var exponentBits: Int
        package var mantissa: Int
        package var mantissaBits: Int
        package var bias: UInt32
        /// 0: the mantissa is as it is, 1: its first bit is always set, 2: that bit is left out.
        package var normalization: Int
        /// Whether unused bits inside are set.
        package var innerPad: Bool
    }

    package struct Member: Equatable, Sendable {
        package var name: String
        package var offset: Int
        package var type: Datatype
    }

    package struct Case: Equatable, Sendable {
        package var name: String
        /// The value, as an element of the base type.
        package var bytes: [UInt8]
    }

    /// Whether an element's bytes are all there is of it: nothing of it is elsewhere, or points elsewhere.
    package var isPlain: Bool {
        switch kind {
        case .integer, .float, .time, .string, .bitfield, .opaque: true
        case .reference, .sequence, .text: false
        case let .compound(members): members.allSatisfy(\.type.isPlain)
        case let .enumeration(base, _): base.isPlain
        case let .array(base, _): base.isPlain
        }
    }
}

extension Datatype {
    init(_ body: ArraySlice<UInt8>, _ widths: Cursor.Widths) throws(Damage) {
        var cursor = Cursor(body, widths)
        try self.init(&cursor, depth: 0)
    }

    /// Types are made of types; none in use is deeper than a few.
    private static let maximumDepth = 32

    private init(_ cursor: inout Cursor, depth: Int) throws(Damage) {
        guard depth < Self.maximumDepth else { throw Damage("types inside types, more than \(Self.maximumDepth) deep") }
        let first = try cursor.byte(), version = first >> 4, flags = try cursor.int(3), size = try cursor.int(4)
        guard (1...4).contains(version) else { throw Damage("version \(version) of a type is not known") }
        guard size > 0 else { throw Damage("a type of no bytes") }
        func inner(_ cursor: inout Cursor) throws(Damage) -> Datatype { try Datatype(&cursor, depth: depth + 1) }
        let kind: Kind
        switch first & 0xF {
        case 0: kind = .integer(try Bits(&cursor, flags, size: size), isSigned: flags & 8 != 0)
        case 1:
            let bits = try Bits(&cursor, flags, size: size)
            kind = .float(bits, try Float(&cursor, flags, precision: bits.precision))
        case 2:
            let precision = try cursor.int(2)
            guard precision > 0, precision <= 8 * size else { throw Damage("a time of \(precision) bits") }
            kind = .time(Bits(isBigEndian: flags & 1 != 0, offset: 0, precision: precision))
        case 3: kind = .string(try .init(number: flags & 0xF), isUTF8: flags >> 4 & 0xF == 1)
        case 4: kind = .bitfield(try Bits(&cursor, flags, size: size))
        case 5: kind = .opaque(tag: try cursor.take(flags & 0xFF).untilZero.text)
        case 6:
            var members: [Member] = []
            for _ in 0..<(flags & 0xFFFF) { members.append(try Member(&cursor, version, of: size, inner)) }
            guard !members.isEmpty else { throw Damage("a compound of nothing") }
            guard Set(members.map(\.name)).count == members.count else {
                throw Damage("a compound with two members of one name")
            }
            kind = .compound(members)
        case 7:
            let kinds = flags & 0xF
            guard kinds < 2 else { throw Damage("a reference of kind \(kinds)") }
            kind = .reference(isRegion: kinds == 1)
        case 8:
            let base = try inner(&cursor)
            guard case .integer = base.kind, base.size == size else { throw Damage("an enumeration of no integers") }
            var names: [String] = []
            for _ in 0..<(flags & 0xFFFF) { names.append(try Self.name(&cursor, version)) }
            var cases: [Case] = []
            for name in names { cases.append(Case(name: name, bytes: Array(try cursor.take(size)))) }
            guard Set(names).count == names.count, Set(cases.map(\.bytes)).count == cases.count else {
                throw Damage("an enumeration with two cases of one name or value")
            }
            kind = .enumeration(base, cases)
        case 9:
            let base = try inner(&cursor)
            guard size >= 4 + cursor.widths.address + 4 else { throw Damage("a sequence of \(size) bytes") }
            kind =
                flags & 0xF == 1
                ? .text(try .init(number: flags >> 4 & 0xF), isUTF8: flags >> 8 & 0xF == 1) : .sequence(base)
        case 10:
            let rank = try cursor.byte()
            guard (1...32).contains(rank) else { throw Damage("an array of \(rank) axes") }
            if version < 3 { try cursor.skip(3) }
            var shape: [Int] = []
            for _ in 0..<rank { shape.append(try cursor.int(4)) }
            if version < 3 { try cursor.skip(4 * rank) }
            let base = try inner(&cursor)
            guard (shape + [base.size]).product == size else { throw Damage("an array \(shape) of \(size) bytes") }
            kind = .array(base, shape: shape)
        default: throw Damage("a type of class \(first & 0xF)")
        }
        (self.size, self.kind) = (size, kind)
    }

    /// Of early versions names fill eight bytes, or a multiple of them.
    fileprivate static func name(_ cursor: inout Cursor, _ version: Int) throws(Damage) -> String {
        let name = try cursor.terminated()
        if version < 3 { try cursor.skip((8 - (name.count + 1) % 8) % 8) }
        return name.text
    }
}

extension Datatype.Bits {
    fileprivate init(_ cursor: inout Cursor, _ flags: Int, size: Int) throws(Damage) {
        let offset = try cursor.int(2), precision = try cursor.int(2)
        guard precision > 0, offset + precision <= 8 * size else {
            throw Damage("a number of \(size) bytes with \(precision) bits from bit \(offset)")
        }
        // Floats have the second bit of the order of bytes, VAX's, further up.
        self.init(
            isBigEndian: flags & 1 != 0, offset: offset, precision: precision, lowPad: flags & 2 != 0,
            highPad: flags & 4 != 0)
    }
}

extension Datatype.Float {
    fileprivate init(_ cursor: inout Cursor, _ flags: Int, precision: Int) throws(Damage) {
        guard flags & 0x40 == 0 else { throw Damage("a float in VAX's order of bytes") }
        sign = flags >> 8 & 0xFF
        normalization = flags >> 4 & 3
        innerPad = flags & 8 != 0
        (exponent, exponentBits) = (try cursor.byte(), try cursor.byte())
        (mantissa, mantissaBits) = (try cursor.byte(), try cursor.byte())
        bias = UInt32(truncatingIfNeeded: try cursor.int(4))
        let fields = [sign..<(sign + 1), exponent..<(exponent + exponentBits), mantissa..<(mantissa + mantissaBits)]
        guard exponentBits > 0, mantissaBits > 0, normalization < 3, fields.allSatisfy({ $0.upperBound <= precision }),
            !fields[0].overlaps(fields[1]), !fields[1].overlaps(fields[2]), !fields[0].overlaps(fields[2])
        else { throw Damage("a float whose parts are not inside its \(precision) bits") }
    }
}

extension Datatype.Member {
    fileprivate init(
        _ cursor: inout Cursor, _ version: Int, of size: Int, _ type: (inout Cursor) throws(Damage) -> Datatype
    ) throws(Damage) {
        name = try Datatype.name(&cursor, version)
        // As few bytes as the compound's size needs; four before version 3.
        let width = version < 3 ? 4 : (size.bitWidth - size.leadingZeroBitCount + 7) / 8
        offset = try cursor.int(width)
        var shape: [Int] = []
        if version == 1 {
            // Arrays were members before they were types.
            let rank = try cursor.byte()
            guard rank <= 4 else { throw Damage("a member of \(rank) axes") }
            try cursor.skip(3 + 4 + 4)
            for axis in 0..<4 {
                let extent = try cursor.int(4)
                if axis < rank { shape.append(extent) }
            }
        }
        let element = try type(&cursor)
        guard let bytes = (shape + [element.size]).product, bytes > 0, bytes <= size, offset <= size - bytes else {
            throw Damage("a member '\(name)' that is not inside its compound")
        }
        self.type = shape.isEmpty ? element : Datatype(size: bytes, kind: .array(element, shape: shape))
    }
}

extension StringType.Padding {
    fileprivate init(number: Int) throws(Damage) {
        switch number {
        case 0: self = .nullTerminated
        case 1: self = .nullPadded
        case 2: self = .spacePadded
        default: throw Damage("a string with padding of kind \(number)")
        }
    }
}
