import HDF5
import Tensors
import TestSupport
import Testing
@testable import Datasets

@Suite struct PredictionFiles {
    let folder = TemporaryFolder()
    let path: String
    init() throws {
        path = folder.path + "/y.h5"
    }

    @Test("Outputs are written as they come, in the model's order and with their names")
    func writing() throws {
        let file = try PredictionFile(path, names: ["logits", "aux"], count: 3, overwriting: false)
        try file.append([Tensor(shape: [2, 2], [1, 2, 3, 4]), Tensor(shape: [2], [5, 6])])
        try file.append([Tensor(shape: [1, 2], [7, 8]), Tensor(shape: [1], [9])])
        #expect(try !folder.contents.contains("y.h5"))
        try file.commit()
        #expect(try folder.contents == ["y.h5"])

        let root = try File.open(path).root
        #expect(try root.dataset("output_0").read(Float.self) == [1, 2, 3, 4, 7, 8])
        #expect(try root.dataset("output_0").shape == [3, 2])
        #expect(try root.dataset("output_1").read(Float.self) == [5, 6, 9])
        #expect(try root.dataset("output_1").attributes.string("name") == "aux")
    }

    @Test("Nothing is left of a file that is not completed")
    func abandoned() throws {
        do {
            let file = try PredictionFile(path, names: ["a"], count: 2, overwriting: false)
            try file.append([Tensor(shape: [1, 1], [1])])
        }
        #expect(try folder.contents == [])
    }

    @Test("An existing file is replaced only when asked, a folder never")
    func existing() throws {
        try folder.write("y.h5", [1, 2, 3])
        #expect(throws: DatasetError.exists(path: path)) {
            try PredictionFile(path, names: [], count: 0, overwriting: false)
        }
        let file = try PredictionFile(path, names: ["a"], count: 1, overwriting: true)
        try file.append([Tensor(shape: [1, 1], [4])])
        try file.commit()
        #expect(try Corpus.open("\(path):output_0").batch(0..<1).images.elements == [4])
        #expect(throws: DatasetError.self) { try PredictionFile(folder.path, names: [], count: 0, overwriting: true) }
    }

    @Test("A folder that is not there is a clear error")
    func noFolder() {
        #expect(throws: DatasetError.self) {
            try PredictionFile("/nowhere/y.h5", names: ["a"], count: 1, overwriting: false)
        }
    }
}
