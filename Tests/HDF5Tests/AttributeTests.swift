import CHDF5
import Testing
@testable import HDF5
@testable import HDF5Writing

@Suite struct AttributeValues {
    static let values: [AttributeValue] = [
        .string("relu"), .string(""), .strings(["conv", "größe", ""]), .strings([]), .integer(.min),
        .integers([1, -2]),
        .integers([]), .double(0.1), .doubles([1, .infinity]), .doubles([]),
    ]

    @Test("A value comes back as it was set, on groups and datasets", arguments: Self.values)
    func roundTrips(value: AttributeValue) throws {
        let root = try reopened { root in
            try root.attributes.set("a", value)
            try root.createDataset("x", shape: [], type: .float32).attributes.set("a", value)
        }
        #expect(try root.attributes.value("a") == value)
        #expect(try root.dataset("x").attributes.value("a") == value)
        #expect(try root.attributes.names == ["a"])
        #expect(try root.attributes.value("b") == nil)
    }

    @Test("Texts of every kind come back, and a replacement keeps the kind", arguments: stringKinds)
    func kinds(kind: StringType) throws {
        let source = try reopened { root in
            try root.attributes.set("list", .strings(["abc", "ä"]), as: kind)
            try root.attributes.set("one", .string("abc"), as: kind)
        }
        #expect(try source.attributes.strings("list") == ["abc", "ä"])
        let root = try reopened { root in
            try root.attributes.set("list", .strings(["longer than before", "b", "c"]), like: source.attributes)
            try root.attributes.set("one", .string("short"), like: source.attributes)
        }
        let grown = kind.length == nil ? nil : 18 + (kind.padding == .nullTerminated ? 1 : 0)
        #expect(try root.attributes.strings("list") == ["longer than before", "b", "c"])
        #expect(
            try root.attributes.stringType("list")
                == StringType(length: grown, padding: kind.padding, isUTF8: kind.isUTF8))
        #expect(try root.attributes.string("one") == "short")
        #expect(try root.attributes.stringType("one") == kind)
    }

    @Test("By default one text has a variable length, a list a fixed one")
    func defaults() throws {
        let root = try reopened { root in
            try root.attributes.set("one", .string("abc"))
            try root.attributes.set("list", .strings(["abc", "de"]))
        }
        #expect(try root.attributes.stringType("one") == .variable)
        #expect(try root.attributes.stringType("list") == .fixed(3))
    }

    @Test("A text of a megabyte and a list above 64 KiB are kept, also where a fixed length was asked for")
    func large() throws {
        let text = String(repeating: "0123456789abcdef", count: 65_536)
        let names = (0..<6000).map { "layer_with_a_long_name_\($0)" }
        let root = try reopened { root in
            for group in ["a", "b"] {
                let attributes = try root.createGroup(group).attributes
                try attributes.set("model_config", .string(text), as: group == "a" ? .fixed(1) : .variable)
                try attributes.set("layer_names", .strings(names), as: group == "a" ? .fixed(1) : .variable)
            }
        }
        let copies = try reopened { try $0.copy("a", from: root) }
        for (root, group) in [(root, "a"), (root, "b"), (copies, "a")] {
            #expect(try root.group(group).attributes.string("model_config") == text)
            #expect(try root.group(group).attributes.strings("layer_names") == names)
        }
    }

    @Test("A list split into numbered parts is joined in order, up to the first gap")
    func split() throws {
        let root = try reopened { root in
            for part in [10, 2, 1, 0, 3, 4, 5, 6, 7, 8, 9, 12] {
                try root.attributes.set("layer_names\(part)", .strings(["n\(part)"]))
            }
        }
        #expect(try root.attributes.strings("layer_names") == (0...10).map { "n\($0)" })
        #expect(try root.attributes.strings("weight_names") == nil)
    }

    @Test("An empty list of floats, numpy's empty list, counts as no texts; other numbers are refused")
    func numbersAsTexts() throws {
        try withScratchPath { path in
            let attributes = try written(path) { root in
                try root.attributes.set("empty", .doubles([]))
                try root.attributes.set("epoch", .integer(3))
            }.attributes
            #expect(try attributes.strings("empty") == [])
            #expect(throws: HDF5Error.wrongType(file: path, object: "/@epoch", expected: "strings", found: "integers"))
            {
                try attributes.strings("epoch")
            }
            #expect(throws: HDF5Error.wrongType(file: path, object: "/@epoch", expected: "a string", found: "integers"))
            {
                try attributes.string("epoch")
            }
        }
    }

    @Test("Bytes that are no UTF-8 are an error, not other text")
    func latin1() throws {
        try withScratchPath { path in
            let root = try written(path) { root in
                let type = try StringType.fixed(1).makeType(at: root.object.place)
                try root.attributes.create("a", type: type, space: Dataspace.make([], at: root.object.place)) {
                    #expect(H5Awrite($0, type.id, [0xE4] as [UInt8]) >= 0)
                }
            }
            #expect(throws: HDF5Error.invalidText(file: path, object: "/@a", reason: "found bytes of another encoding"))
            {
                try root.attributes.value("a")
            }
        }
    }

    @Test("Copies are bit by bit, of types without a case as well; references and excluded names stay behind")
    func copyAll() throws {
        let source = try reopened { root in
            try root.attributes.set("text", .string("variable"))
            try root.attributes.set("list", .strings(["a", "bc"]), as: StringType(length: 5, padding: .spacePadded))
            try root.attributes.set("skipped", .integer(1))
            try root.attributes.set("empty", .doubles([]))
            try root.attributes.set("big", .string(String(repeating: "x", count: 100_000)))
            let place = root.object.place
            let compound = try place.own(H5Tcreate(H5T_COMPOUND, 16), "")
            H5Tinsert(compound.id, "number", 0, CHDF5_H5T_STD_I64LE())
            let text = try StringType.variable.makeType(at: place)
            H5Tinsert(compound.id, "text", 8, text.id)
            try "hello".withCString { text in
                try root.attributes.create("compound", type: compound, space: Dataspace.make([1], at: place)) {
                    #expect(H5Awrite($0, compound.id, [42, Int(bitPattern: text)]) >= 0)
                }
            }
            let reference = try place.own(H5Tcopy(CHDF5_H5T_STD_REF_OBJ()), "")
            try root.attributes.create("reference", type: reference, space: Dataspace.make([], at: place)) {
                #expect(H5Awrite($0, reference.id, [0]) >= 0)
            }
        }
        let copy = try reopened { root in
            try root.attributes.set("text", .integer(0))
            try root.attributes.copyAll(from: source.attributes, except: ["skipped"])
            #expect(throws: HDF5Error.self) { try root.attributes.set("compound", .other) }
            let compound = try root.object.place.own(H5Tcreate(H5T_COMPOUND, 16), "")
            H5Tinsert(compound.id, "number", 0, CHDF5_H5T_STD_I64LE())
            let text = try StringType.variable.makeType(at: root.object.place)
            H5Tinsert(compound.id, "text", 8, text.id)
            let copy = H5Aopen(root.object.id, "compound", 0)
            defer { H5Idec_ref(copy) }
            var record = [0, 0]
            #expect(H5Aread(copy, compound.id, &record) >= 0)
            #expect(record[0] == 42)
            #expect(UnsafePointer<CChar>(bitPattern: record[1]).map { String(cString: $0) } == "hello")
        }
        #expect(try copy.attributes.names == ["big", "compound", "empty", "list", "text"])
        #expect(try copy.attributes.value("compound") == .other)
        for name in ["big", "text", "list", "empty"] {
            #expect(try copy.attributes.value(name) == source.attributes.value(name))
        }
        #expect(try copy.attributes.stringType("list") == StringType(length: 5, padding: .spacePadded))
    }

    @Test("The order of creation is kept where the group tracks it")
    func order() throws {
        let source = try reopened { root in
            let place = root.object.place
            let properties = try place.own(H5Pcreate(CHDF5_H5P_GROUP_CREATE()), "")
            H5Pset_link_creation_order(properties.id, 3)
            H5Pset_attr_creation_order(properties.id, 3)
            H5Idec_ref(H5Gcreate2(root.object.id, "ordered", 0, properties.id, 0))
        }
        let root = try reopened { root in
            let groups = try [
                root.createGroup("like", like: source.group("ordered")), root.createGroup("plain"),
            ]
            for group in groups {
                for name in ["b", "a", "c"] {
                    _ = try group.createGroup(name)
                    try group.attributes.set(name, .integer(0))
                }
            }
        }
        #expect(try root.group("like").names() == ["b", "a", "c"])
        #expect(try root.group("like").attributes.names == ["b", "a", "c"])
        #expect(try root.group("plain").names() == ["a", "b", "c"])
        #expect(try root.group("plain").attributes.names == ["a", "b", "c"])
    }
}
