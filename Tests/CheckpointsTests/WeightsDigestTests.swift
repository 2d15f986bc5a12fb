import Files
import Foundation
import Graphs
import Tensors
import TestSupport
import Testing
@testable import Checkpoints

/// Weights alone and their architecture: two files, of which one knows the other.
@Suite struct WeightsDigestTests {
    private let folder = TemporaryFolder()
    private let source: Checkpoint

    init() throws { source = try open("keras3-residual.weights.h5") }

    /// Writes the source with one more bias, of the given value, as `name.weights.h5` and `name.json`.
    @discardableResult
    private func write(_ name: String, bias: Float) throws -> Checkpoint {
        var graph = source.graph
        let id = try #require(graph.layers.lastIndex { $0[.bias] == nil && $0[.kernel] != nil })
        graph.layers[id][.bias] = Tensor(shape: [try #require(graph.layers[id][.kernel]?.shape.last)], repeating: bias)
        _ = try source.write(Rewrite(graph: graph), to: folder.file("\(name).weights.h5"), overwrite: false)
        return try read(name, name)
    }

    private func read(_ weights: String, _ architecture: String) throws -> Checkpoint {
        try Checkpoint.open(
            folder.file("\(weights).weights.h5"), architecture: folder.file("\(architecture).json"))
    }

    @Test("The JSON notes its weights' digest, and goes with no others")
    func mixed() throws {
        try write("a", bias: 1)
        try write("b", bias: 2)
        let json = try JSON(parsing: String(contentsOfFile: folder.file("a.json"), encoding: .utf8), name: "a.json")
        #expect(try json[WeightsDigest.key]?.string == SHA256.digest(ofFile: folder.file("a.weights.h5")))
        let error = CheckpointError.otherWeights(
            architecture: folder.file("a.json"), weights: folder.file("b.weights.h5"))
        #expect(throws: error) { try read("b", "a") }
        #expect("\(error)".contains("a.json: was written together with other weights than"))
    }

    @Test("Weights that were trained further get a JSON of their own")
    func trained() throws {
        let pair = try write("a", bias: 1), output = folder.file("c.weights.h5")
        _ = try pair.write(weights: pair.graph, to: output, overwrite: false)
        #expect(try read("c", "c").graph.parameters == pair.graph.parameters)
    }

    @Test("A JSON without a digest goes with any weights that fit")
    func unnoted() throws {
        let pair = try write("a", bias: 1)
        try write("b", bias: 2)
        var json = pair.config
        json[WeightsDigest.key] = nil
        try folder.write("plain.json", json.text.utf8)
        _ = try read("a", "plain")
        _ = try read("b", "plain")
    }

    @Test("A source that changes while a draft is made or checked refuses it")
    func changedSource() throws {
        let path = try folder.write("m.h5", [UInt8](contentsOf: fixture("keras3-adam.h5")))
        let first = try Checkpoint.open(path), rewrite = try cutBeforeFlatten(first.graph)
        let draft = try first.draft(rewrite, for: folder.file("out.h5"), overwrite: false)
        try folder.write("m.h5", [UInt8](contentsOf: fixture("keras3-residual.h5")))
        for refused in [
            { try draft.commit() },
            { _ = try first.draft(rewrite, for: folder.file("other.h5"), overwrite: false) },
            { _ = try first.convert(to: folder.file("new.keras"), overwrite: false) },
        ] { #expect(throws: FileError.inputChanged(path: path)) { try refused() } }
        #expect(try folder.contents.filter { !$0.hasPrefix(".deadwood-") } == ["m.h5"])
    }
}
