import HDF5
import TestSupport
import Testing
@testable import Datasets

@Suite struct References {
    let folder = TemporaryFolder()

    @Test("A colon parts file and dataset, unless it belongs to an existing name")
    func colons() throws {
        let plain = try folder.write("a.h5", []), odd = try folder.write("a.h5:x", []),
            colon = try folder.write("b:c.h5", [])
        func parse(_ text: String) throws -> [String?] {
            let reference = try DataReference(text)
            return [reference.path, reference.part]
        }
        #expect(try parse(plain) == [plain, nil])
        #expect(try parse(plain + ":y/z") == [plain, "y/z"])
        #expect(try parse(odd) == [odd, nil])
        #expect(try parse(odd + ":y") == [odd, "y"])
        #expect(try parse(colon + ":y") == [colon, "y"])
        #expect(try parse(plain + ":") == [plain, nil])
        #expect(try parse(folder.path + ":train") == [folder.path, "train"])
    }

    @Test("What is not there is said to be not there", arguments: ["", ":", ":x", "/nowhere/a.h5:x"])
    func missing(text: String) {
        #expect(throws: DatasetError.notFound(path: text)) { try DataReference(text) }
    }

    @Test("What is neither HDF5 nor IDX is refused by the HDF5 module")
    func notData() throws {
        let path = try folder.write("notes.txt", Array("not a corpus at all".utf8))
        #expect(throws: HDF5Error.notHDF5(file: path)) { try Corpus.open(path) }
    }
}
