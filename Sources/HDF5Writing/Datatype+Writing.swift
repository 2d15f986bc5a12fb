import CHDF5
import HDF5

extension Datatype {
    /// The library's own type for this one, with its elements as `memory` lays them out.
    func make(at place: Place) throws -> Handle {
        switch kind {
        case let .integer(bits, isSigned):
            return try make(bits, CHDF5_H5T_STD_I8LE(), at: place) { type in
                try place.check(H5Tset_sign(type, isSigned ? H5T_SGN_2 : H5T_SGN_NONE), "describe")
            }
        case let .bitfield(bits): return try make(bits, CHDF5_H5T_STD_B8LE(), at: place) { _ in }
        case let .time(bits): return try make(bits, CHDF5_H5T_UNIX_D32LE(), at: place) { _ in }
        case let .float(bits, float): return try make(float, bits, at: place)
        case let .string(padding, isUTF8):
            return try StringType(length: size, padding: padding, isUTF8: isUTF8).makeType(at: place)
        case let .text(padding, isUTF8):
            return try StringType(length: nil, padding: padding, isUTF8: isUTF8).makeType(at: place)
        case let .opaque(tag):
            let type = try place.own(H5Tcreate(H5T_OPAQUE, size), "describe")
            try place.check(H5Tset_tag(type.id, tag), "describe")
            return type
        case let .compound(members):
            let offsets = memoryOffsets(members)
            let type = try place.own(H5Tcreate(H5T_COMPOUND, memorySize), "describe")
            for (member, offset) in zip(members, offsets) {
                let inner = try member.type.make(at: place)
                try place.check(H5Tinsert(type.id, member.name, offset, inner.id), "describe")
            }
            return type
        case let .reference(isRegion):
            return try place.own(H5Tcopy(isRegion ? CHDF5_H5T_STD_REF_DSETREG() : CHDF5_H5T_STD_REF_OBJ()), "describe")
        case let .enumeration(base, cases):
            let inner = try base.make(at: place)
            let type = try place.own(H5Tenum_create(inner.id), "describe")
            for item in cases { try place.check(H5Tenum_insert(type.id, item.name, item.bytes), "describe") }
            return type
        case let .sequence(base):
            let inner = try base.make(at: place)
            return try place.own(H5Tvlen_create(inner.id), "describe")
        case let .array(base, shape):
            let inner = try base.make(at: place)
            return try place.own(H5Tarray_create2(inner.id, UInt32(shape.count), shape.map { hsize_t($0) }), "describe")
        }
    }

    /// A number whose bits are somewhere in its bytes. The library keeps every state on the way consistent, hence the
    /// order: all bits first, then fewer, then where they are.
    private func make(_ bits: Bits, _ model: hid_t, at place: Place, _ finish: (hid_t) throws -> Void) throws -> Handle
    {
        let type = try place.own(H5Tcopy(model), "describe")
        try place.check(H5Tset_size(type.id, size), "describe")
        try finish(type.id)
        try set(bits, in: type.id, at: place)
        return type
    }

    private func make(_ float: Float, _ bits: Bits, at place: Place) throws -> Handle {
        let type = try place.own(H5Tcopy(CHDF5_H5T_IEEE_F32LE()), "describe")
        if size > 4 { try place.check(H5Tset_size(type.id, size), "describe") }
        try place.check(H5Tset_precision(type.id, max(size * 8, 32)), "describe")
        try place.check(
            H5Tset_fields(
                type.id, float.sign, float.exponent, float.exponentBits, float.mantissa, float.mantissaBits), "describe"
        )
        try place.check(H5Tset_precision(type.id, bits.precision), "describe")
        if size < 4 { try place.check(H5Tset_size(type.id, size), "describe") }
        try place.check(H5Tset_ebias(type.id, Int(float.bias)), "describe")
        let norm = [H5T_NORM_NONE, H5T_NORM_MSBSET, H5T_NORM_IMPLIED][float.normalization]
        try place.check(H5Tset_norm(type.id, norm), "describe")
        try place.check(H5Tset_inpad(type.id, float.innerPad ? H5T_PAD_ONE : H5T_PAD_ZERO), "describe")
        try set(bits, in: type.id, at: place)
        return type
    }

    private func set(_ bits: Bits, in type: hid_t, at place: Place) throws {
        try place.check(H5Tset_precision(type, bits.precision), "describe")
        if bits.offset > 0 { try place.check(H5Tset_offset(type, bits.offset), "describe") }
        try place.check(H5Tset_order(type, bits.isBigEndian ? H5T_ORDER_BE : H5T_ORDER_LE), "describe")
        if case .time = kind { return }
        try place.check(
            H5Tset_pad(type, bits.lowPad ? H5T_PAD_ONE : H5T_PAD_ZERO, bits.highPad ? H5T_PAD_ONE : H5T_PAD_ZERO),
            "describe")
    }

    var holdsReferences: Bool { if case .reference = kind { true } else { false } }

    /// Bytes of an element in memory: of what has its own length, a pointer, with the length for sequences.
    var memorySize: Int {
        switch kind {
        case .text: MemoryLayout<UnsafeRawPointer>.size
        case .sequence: MemoryLayout<hvl_t>.size
        case .reference(let isRegion): isRegion ? MemoryLayout<hdset_reg_ref_t>.size : MemoryLayout<hobj_ref_t>.size
        case let .array(base, shape): shape.reduce(base.memorySize, *)
        case let .compound(members):
            isPlain ? size : members.reduce(0) { $0 + $1.type.memorySize }
        default: size
        }
    }

    /// Where the members of a compound are in memory: as in the file, or one behind the other where one has another
    /// size.
    private func memoryOffsets(_ members: [Member]) -> [Int] {
        if isPlain { return members.map(\.offset) }
        var next = 0
        return members.map { member in
            defer { next += member.type.memorySize }
            return next
        }
    }

    /// Lays an element out in memory. References come out null, since they point into the file they came from.
    fileprivate func lay(
        _ element: ArraySlice<UInt8>, at target: UnsafeMutableRawPointer, of elements: StoredElements, _ arena: Arena
    ) throws {
        func copy() {
            element.withUnsafeBytes {
                target.copyMemory(from: $0.baseAddress ?? UnsafeRawPointer(target), byteCount: $0.count)
            }
        }
        switch kind {
        case _ where isPlain: copy()
        case .reference: break
        case .text:
            let bytes = try elements.value(element, elementBytes: 1).bytes
            let text = arena.allocate(bytes.count + 1)
            bytes.withUnsafeBytes {
                if let start = $0.baseAddress { text.copyMemory(from: start, byteCount: $0.count) }
            }
            target.storeBytes(of: text, as: UnsafeMutableRawPointer.self)
        case let .sequence(base):
            let (count, bytes) = try elements.value(element, elementBytes: base.size)
            let values = arena.allocate(count * base.memorySize)
            for index in 0..<count {
                let start = bytes.startIndex + index * base.size
                try base.lay(
                    bytes[start..<(start + base.size)], at: values + index * base.memorySize, of: elements, arena)
            }
            target.storeBytes(of: hvl_t(len: count, p: values), as: hvl_t.self)
        case let .array(base, shape):
            for index in 0..<shape.reduce(1, *) {
                let start = element.startIndex + index * base.size
                try base.lay(
                    element[start..<(start + base.size)], at: target + index * base.memorySize, of: elements, arena)
            }
        case let .compound(members):
            for (member, offset) in zip(members, memoryOffsets(members)) {
                let start = element.startIndex + member.offset
                try member.type.lay(
                    element[start..<(start + member.type.size)], at: target + offset, of: elements, arena)
            }
        default: copy()
        }
    }
}

extension StoredElements {
    /// What `body` returns, called with the elements as the library's type for them has them in memory.
    func withMemory<R>(_ body: (UnsafeRawPointer) throws -> R) throws -> R {
        guard !type.isPlain else {
            return try bytes.withUnsafeBytes { try body($0.baseAddress ?? UnsafeRawPointer(bitPattern: 1)!) }
        }
        let arena = Arena(), count = bytes.count / type.size, step = type.memorySize
        let memory = arena.allocate(count * step)
        for index in 0..<count {
            let start = bytes.startIndex + index * type.size
            try type.lay(bytes[start..<(start + type.size)], at: memory + index * step, of: self, arena)
        }
        return try withExtendedLifetime(arena) { try body(memory) }
    }
}

/// Zeroed memory that lives as long as this.
private final class Arena {
    private var pieces: [UnsafeMutableRawPointer] = []

    func allocate(_ bytes: Int) -> UnsafeMutableRawPointer {
        let piece = UnsafeMutableRawPointer.allocate(byteCount: max(1, bytes), alignment: 16)
        piece.initializeMemory(as: UInt8.self, repeating: 0, count: max(1, bytes))
        pieces.append(piece)
        return piece
    }

    deinit { for piece in pieces { piece.deallocate() } }
}
