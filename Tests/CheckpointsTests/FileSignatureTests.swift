import Foundation
import TestSupport
import Testing
@testable import Checkpoints

@Suite struct FileSignatureTests {
    private let folder = TemporaryFolder()

    private func name(of file: String, _ bytes: [UInt8]) throws -> String? {
        let path = try folder.write(file, bytes)
        return FileSample(path).flatMap { FileSignature.of($0) }?.name
    }

    private func name(of file: String, _ text: String) throws -> String? { try name(of: file, Array(text.utf8)) }

    @Test("What comes instead of a file")
    func instead() throws {
        #expect(try name(of: "m.h5", "") == "an empty file")
        #expect(
            try name(of: "m.h5", "version https://git-lfs.github.com/spec/v1\noid sha256:12\nsize 1\n")?.contains(
                "Git LFS") == true)
        #expect(try name(of: "m.keras", "/annex/objects/MD5E-s1--1.h5\n")?.contains("git-annex") == true)
        for page in ["<!DOCTYPE html><html>", "\n  <HTML lang=en>", "\u{FEFF}<!doctype HTML>"] {
            #expect(try name(of: "m.h5", page) == "a web page (HTML)")
        }
        #expect(try name(of: "m.h5", "404: Not Found") == "a text")
        #expect(try name(of: "._m.h5", [0, 5, 0x16, 7, 0, 2, 0, 0]) == "what macOS keeps beside a file (AppleDouble)")
    }

    @Test("Models of other frameworks")
    func frameworks() throws {
        #expect(try name(of: "m.tflite", [0x1C, 0, 0, 0] + Array("TFL3".utf8) + [0, 0]) == "a TensorFlow Lite model")
        #expect(try name(of: "m.onnx", [8, 8, 0x12, 7] + Array("pytorch".utf8)) == "an ONNX model")
        #expect(try name(of: "m.bin", [8, 3, 0x12, 7] + Array("keras2o".utf8)) == "an ONNX model")
        #expect(try name(of: "saved_model.pb", [8, 1, 0x12, 0x80, 2]) == "a SavedModel's saved_model.pb")
        #expect(try name(of: "frozen.pb", [0x0A, 0x30, 0x0A, 5]) == "a frozen graph of TensorFlow")
        #expect(try name(of: "m.mlmodel", [8, 4, 0x12, 0x20, 0x0A]) == "a Core ML model")
        #expect(
            try name(
                of: "m.pth", [0x80, 2, 0x8A, 0x0A, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19, 0x2E])
                == "a PyTorch checkpoint")
        #expect(try name(of: "m.dat", [0x80, 4, 0x95, 1, 0, 0]) == "a pickle of Python")
        #expect(
            try name(of: "m.safetensors", [20, 0, 0, 0, 0, 0, 0, 0] + Array(#"{"a": {"dtype": "F"}}"#.utf8) + [0, 0])
                == "a safetensors file")
        #expect(try name(of: "m.gguf", Array("GGUF".utf8) + [3, 0, 0, 0]) == "a GGUF file")
        #expect(try name(of: "w.npy", [0x93] + Array("NUMPY".utf8) + [1, 0]) == "a numpy .npy array")
        #expect(
            try name(of: "variables.index", [0, 1, 2, 3] + [0x57, 0xFB, 0x80, 0x8B, 0x24, 0x75, 0x47, 0xDB])
                == "a part of a TensorFlow checkpoint")
        #expect(
            try name(of: "cp.ckpt.data-00000-of-00001", [1, 2, 3, 4, 5, 6, 7, 200])
                == "a part of a TensorFlow checkpoint")
        #expect(try name(of: "checkpoint", #"model_checkpoint_path: "cp""#) == "a part of a TensorFlow checkpoint")
        #expect(
            try name(of: "model.json", #"{"format": "layers-model", "modelTopology": {}}"#) == "a TensorFlow.js model")
        #expect(
            try name(of: "model.json", #"{"class_name": "Sequential", "config": {}}"#)
                == "a JSON text, which holds no weights")
    }

    @Test("Packed files, pictures")
    func packed() throws {
        #expect(try name(of: "m.h5.gz", [0x1F, 0x8B, 8, 0]) == "a gzip file")
        #expect(try name(of: "m.tar", [UInt8](repeating: 1, count: 257) + Array("ustar".utf8)) == "a tar archive")
        #expect(try name(of: "m.zst", [0x28, 0xB5, 0x2F, 0xFD, 0]) == "a Zstandard file")
        #expect(try name(of: "m.jpg", [0xFF, 0xD8, 0xFF, 0xE0]) == "a picture")
    }

    @Test("Zips are known by what is in them")
    func zips() throws {
        func name(_ entries: String...) throws -> String? {
            let path = folder.file("\(entries.count)\(UInt64.random(in: 0...UInt64.max)).zip")
            let inside = try folder.write("inside", [1])
            try Archive.create(path, texts: [:], file: (entries[0], inside))
            return FileSample(path).flatMap { FileSignature.of($0) }?.name
        }
        #expect(try name("archive/data.pkl") == "a PyTorch checkpoint")
        #expect(try name("arr_0.npy") == "a numpy .npz archive")
        #expect(try name("export/saved_model.pb") == "a zip of a SavedModel")
        #expect(try name("model.h5") == "a zip around a checkpoint")
        #expect(try name("model.weights.h5") == "a zip without a model's config.json")
        #expect(try name("a.txt") == "a zip without a model's config.json")
        #expect(try name("config.json") == nil, "a .keras archive")
    }

    @Test("Folders are known by what is in them")
    func folders() throws {
        func name(_ files: String...) throws -> String? {
            let inner = TemporaryFolder()
            for file in files { try inner.write(file, [1]) }
            return FileSample(inner.path).flatMap { FileSignature.of($0) }?.name
        }
        #expect(try name("saved_model.pb", "keras_metadata.pb") == "a SavedModel folder")
        #expect(try name("config.json", "model.weights.h5", "metadata.json") == "an unpacked .keras archive")
        #expect(try name("cp.index", "cp.data-00000-of-00001") == "a folder of a TensorFlow checkpoint")
        #expect(try name() == "a folder")
    }

    @Test("What is read is in no entry", arguments: ["keras1-tf.h5", "keras3-adam.keras", "keras3-nested.weights.h5"])
    func read(name: String) throws { #expect(try FileSignature.of(#require(FileSample(fixture(name)))) == nil) }

    @Test("The error is one line that says what the file is and what to do")
    func error() throws {
        let path = try folder.write("m.h5", "version https://git-lfs.github.com/spec/v1\n".utf8)
        let message =
            "\(path): this is a pointer of Git LFS, not the file it stands for, not a Keras checkpoint: fetch that with 'git lfs pull'"
        #expect { try Checkpoint.open(path) } throws: { "\($0)" == message }
    }
}
