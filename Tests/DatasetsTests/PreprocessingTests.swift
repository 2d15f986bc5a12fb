import HDF5Writing
import TestSupport
import Testing
@testable import Datasets

@Suite struct PreprocessingOfPixels {
    let folder = TemporaryFolder()

    private func corpus(
        _ overrides: PreprocessingOverrides = .init(), _ body: (GroupWriter, DatasetWriter) throws -> Void = { _, _ in }
    ) throws -> Corpus {
        let path = try folder.hdf5 { try body($0, try $0.add("x", [2, 1, 1, 2], [0, 2, 4, 6])) }
        return try Corpus.open(path, overrides: overrides)
    }

    @Test("A pixel is scaled, then the mean is taken off, then it is divided by the deviation")
    func order() throws {
        #expect(try corpus(.init(scale: 0.5, mean: [1], std: [2])).batch(0..<2).images.elements == [-0.5, 0, 0.5, 1])
    }

    @Test("Mean and deviation may differ by channel, one of them alone as well")
    func channels() throws {
        #expect(try corpus(.init(mean: [1, 2], std: [1, 4])).batch(0..<2).images.elements == [-1, 0, 3, 1])
        #expect(try corpus(.init(mean: [1, 2])).batch(0..<2).images.elements == [-1, 0, 3, 4])
        #expect(try corpus(.init(std: [1, 2])).batch(0..<2).images.elements == [0, 1, 4, 3])
    }

    @Test("A checkpoint's note is read back; a damaged one is named")
    func note() throws {
        let text = #"{"mean":[1,2],"scale":0.5,"std":[4]}"#
        #expect(
            try Preprocessing(notes: ["preprocessing": text], path: "m.h5")
                == Preprocessing(scale: 0.5, mean: [1, 2], std: [4]))
        let ordered = #"{"mean":[1],"order":"bgr","scale":1,"std":[4]}"#
        #expect(
            try Preprocessing(notes: ["preprocessing": ordered], path: "m.h5")
                == Preprocessing(order: .bgr, mean: [1], std: [4]))
        #expect(try Preprocessing(notes: ["training_history": "[]"], path: "m.h5") == nil)
        for damaged in [
            "", "{", "[1]", #"{"scale":"x","mean":[0],"std":[1]}"#, #"{"scale":1,"mean":[0],"std":[1],"order":"rbg"}"#,
        ] {
            #expect(throws: DatasetError.unreadableNote(path: "m.h5", attribute: "deadwood_preprocessing")) {
                try Preprocessing(notes: ["preprocessing": damaged], path: "m.h5")
            }
        }
    }

    @Test("The result is that of 64 bits, rounded once")
    func precision() throws {
        let (scale, mean, std) = (1 / 255.0, 0.4914, 0.2023)
        let values = try corpus(.init(scale: scale, mean: [mean], std: [std])).batch(0..<2).images.elements
        #expect(values == [0, 2, 4, 6].map { Float(($0 * scale - mean) / std) })
    }

    @Test("A corpus states its preprocessing in attributes: the dataset's before the file's, the user's before both")
    func attributes() throws {
        func state(_ root: GroupWriter, _ dataset: DatasetWriter) throws {
            try root.attributes.set("scale", .double(2))
            try root.attributes.set("mean", .integer(9))
            try dataset.attributes.set("mean", .integers([1, 3]))
            try dataset.attributes.set("std", .doubles([4]))
        }
        #expect(try corpus(.init(), state).preprocessing == Preprocessing(scale: 2, mean: [1, 3], std: [4]))
        #expect(try corpus(.init(mean: [5]), state).preprocessing == Preprocessing(mean: [5]))
    }

    @Test(
        "What cannot be computed is refused when the corpus is opened",
        arguments: [
            (PreprocessingOverrides(std: [0]), "std"), (.init(std: [1, -1]), "std"), (.init(std: [.nan]), "std"),
            (.init(std: []), "std"),
            (.init(mean: [.infinity]), "mean"), (.init(mean: [1, 2, 3]), "mean"), (.init(scale: 0), "scale"),
            (.init(scale: .nan), "scale"),
        ])
    func invalid(overrides: PreprocessingOverrides, parameter: String) throws {
        #expect {
            try corpus(overrides)
        } throws: {
            guard case DatasetError.invalidPreprocessing(_, parameter, _) = $0 else { return false }
            return true
        }
    }

    @Test("An attribute of text is no preprocessing")
    func text() throws {
        #expect(throws: DatasetError.self) { try corpus { try $1.attributes.set("mean", .string("imagenet")) } }
        #expect(throws: DatasetError.self) { try corpus { try $1.attributes.set("scale", .doubles([1, 2])) } }
    }
}
