import CHDF5
import Testing
@testable import HDF5
@testable import HDF5Writing

@Suite struct Numbers {
    static let types: [ElementType] = [
        .float16, .bfloat16, .float32, .float64, .int8, .int16, .int32, .int64, .uint8, .uint16, .uint32, .uint64,
    ]

    @Test("Every type comes back as what was written", arguments: Self.types)
    func roundTrips(type: ElementType) throws {
        let root = try reopened { root in
            let dataset = try root.createDataset("a/b", shape: [2, 3], type: type)
            try dataset.write([0, 1, 2, 3, 64, 127] as [Float])
        }
        let dataset = try root.dataset("a/b")
        #expect(dataset.type == type)
        #expect(dataset.shape == [2, 3])
        #expect(dataset.count == 6)
        #expect(try dataset.read(Double.self) == [0, 1, 2, 3, 64, 127])
        #expect(try dataset.read(UInt8.self) == [0, 1, 2, 3, 64, 127])
    }

    @Test("The extremes of each memory type survive")
    func extremes() throws {
        func check<T: Element & Equatable>(_ values: [T]) throws {
            let root = try reopened {
                try $0.createDataset("x", shape: [values.count], type: T.elementType).write(values)
            }
            #expect(try root.dataset("x").read(T.self) == values)
        }
        try check([-.infinity, .leastNonzeroMagnitude, .greatestFiniteMagnitude] as [Float16])
        try check([-.infinity, .leastNonzeroMagnitude, .greatestFiniteMagnitude] as [Float])
        try check([-.infinity, .leastNonzeroMagnitude, .greatestFiniteMagnitude] as [Double])
        try check([.min, .max] as [Int8])
        try check([.min, .max] as [Int16])
        try check([.min, .max] as [Int32])
        try check([.min, .max] as [Int64])
        try check([.min, .max] as [Int])
        try check([.min, .max] as [UInt8])
        try check([.min, .max] as [UInt16])
        try check([.min, .max] as [UInt32])
        try check([.min, .max] as [UInt64])
    }

    @Test("float16 has the bits of IEEE binary16")
    func half() throws {
        let root = try reopened {
            try $0.createDataset("x", shape: [3], type: .float16).write([1, -2, 65504] as [Float])
        }
        #expect(try root.dataset("x").readBytes() == [0x00, 0x3C, 0x00, 0xC0, 0xFF, 0x7B])
    }

    @Test("bfloat16 has the upper half of the bits of a float")
    func brain() throws {
        let root = try reopened { try $0.createDataset("x", shape: [2], type: .bfloat16).write([1, -2] as [Float]) }
        #expect(try root.dataset("x").readBytes() == [0x80, 0x3F, 0x00, 0xC0])
    }

    @Test("Reading converts by value and clips integers to their range")
    func conversion() throws {
        let root = try reopened { try $0.createDataset("x", shape: [3], type: .int32).write([-5, 7, 300] as [Int32]) }
        #expect(try root.dataset("x").read(UInt8.self) == [0, 7, 255])
        #expect(try root.dataset("x").read(Float.self) == [-5, 7, 300])
    }

    @Test("Big-endian numbers are read by value, and stay big-endian in a dataset made like theirs")
    func bigEndian() throws {
        let source = try reopened { root in
            let place = root.object.place.member("x")
            let type = try ElementType.float32.makeType(at: place)
            #expect(H5Tset_order(type.id, H5T_ORDER_BE) >= 0)
            let space = try Dataspace.make([2], at: place)
            let dataset = try place.own(H5Dcreate2(root.object.id, "x", type.id, space.id, 0, 0, 0), "create")
            #expect(H5Dwrite(dataset.id, CHDF5_H5T_IEEE_F32LE(), 0, 0, 0, [1, 2] as [Float]) >= 0)
        }
        let copy = try reopened {
            try $0.createDataset("y", shape: [1], like: source.dataset("x")).write([1] as [Float])
        }
        #expect(try source.dataset("x").type == .float32)
        #expect(try source.dataset("x").read(Float.self) == [1, 2])
        #expect(try source.dataset("x").readBytes() == [0x3F, 0x80, 0, 0, 0x40, 0, 0, 0])
        #expect(try copy.dataset("y").readBytes() == [0x3F, 0x80, 0, 0])
    }

    @Test("h5py's booleans read as zeros and ones")
    func booleans() throws {
        let root = try reopened { root in
            let type = H5Tenum_create(CHDF5_H5T_STD_I8LE())
            for var value: Int8 in 0...1 { H5Tenum_insert(type, value == 0 ? "FALSE" : "TRUE", &value) }
            let space = H5Screate_simple(1, [3], nil)
            let dataset = H5Dcreate2(root.object.id, "x", type, space, 0, 0, 0)
            #expect(H5Dwrite(dataset, type, 0, 0, 0, [1, 0, 1] as [Int8]) >= 0)
            for id in [type, space, dataset] { H5Idec_ref(id) }
        }
        #expect(try root.dataset("x").type == .boolean)
        #expect(try root.dataset("x").read(UInt8.self) == [1, 0, 1])
    }

    @Test("Opaque pairs of bytes, as Keras 3 keeps bfloat16, read as bytes")
    func opaque() throws {
        let root = try reopened { root in
            let type = H5Tcreate(H5T_OPAQUE, 2)
            let space = H5Screate_simple(1, [2], nil)
            let dataset = H5Dcreate2(root.object.id, "x", type, space, 0, 0, 0)
            #expect(H5Dwrite(dataset, type, 0, 0, 0, [0x80, 0x3F, 0x00, 0xC0] as [UInt8]) >= 0)
            for id in [type, space, dataset] { H5Idec_ref(id) }
        }
        #expect(try root.dataset("x").type == .other("opaque values of 2 bytes"))
        #expect(try root.dataset("x").readBytes() == [0x80, 0x3F, 0x00, 0xC0])
        #expect(throws: HDF5Error.self) { try root.dataset("x").read(Float.self) }
    }
}
