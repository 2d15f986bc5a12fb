import Foundation
import HDF5
import TestSupport
import Testing

/// A checkpoint of `fixtures/`, with the inputs and outputs that Keras computed; the README there says what each shows.
struct Fixture: Sendable, CustomTestStringConvertible {
    let file: String

    static let corpus = fixture("fashion-test.h5")

    static let all: [Fixture] = ((try? FileManager.default.contentsOfDirectory(atPath: fixture(""))) ?? []).sorted()
        .filter {
            ($0.hasSuffix(".h5") || $0.hasSuffix(".keras")) && !$0.hasSuffix(".expected.h5") && $0 != "fashion-test.h5"
        }
        .map(Fixture.init)

    var testDescription: String { file }
    var path: String { fixture(file) }
    var fileExtension: String { file.drop { $0 != "." }.dropFirst().description }
    private var name: String { file.prefix { $0 != "." }.description }
    private var expected: String { fixture("\(name).expected.h5") }

    /// Whether the file holds weights alone, with its architecture beside it.
    var isWeightsAlone: Bool { fileExtension == "weights.h5" || file == "keras2-weights.h5" }

    /// What to tell deadwood beside the path.
    var options: [String] {
        get throws {
            let declaration = try attribute("declare").map { ["--declare", $0] } ?? []
            return isWeightsAlone ? ["--architecture", fixture("\(name).json")] + declaration : declaration
        }
    }

    /// Whether it has layers that no declaration can describe.
    var isOpaque: Bool { get throws { try attribute("opaque") != nil } }

    var inputs: [String] {
        get throws {
            let count = try File.open(expected).root.names().count { $0.hasPrefix("input_") }
            return count == 0
                ? ["--input", Self.corpus] : (0..<count).flatMap { ["--input", "\(expected):input_\($0)"] }
        }
    }

    /// Holds the outputs in `file` against Keras's: the same datasets, of the same shapes, within `tolerance` of their
    /// ranges. There may be more images than Keras was asked for.
    func expectOutputs(in file: String, tolerance: Float = 1e-4, sourceLocation: SourceLocation = #_sourceLocation)
        throws
    {
        let wanted = try File.open(expected).root, found = try File.open(file).root
        let names = try wanted.names().filter { $0.hasPrefix("output_") }
        #expect(try Set(found.names()) == Set(names), sourceLocation: sourceLocation)
        for name in names {
            let (a, b) = (try wanted.dataset(name), try found.dataset(name))
            #expect(
                b.shape.dropFirst() == a.shape.dropFirst() && b.shape[0] >= a.shape[0], "\(name)",
                sourceLocation: sourceLocation)
            let values = try a.read(Float.self), answers = try b.read(Float.self).prefix(values.count)
            let range = max(1e-6, values.map(abs).max() ?? 0)
            let error = zip(values, answers).map { abs($0 - $1) / range }.reduce(0) { $1 > $0 || $1.isNaN ? $1 : $0 }
            #expect(error <= tolerance, "\(name)", sourceLocation: sourceLocation)
        }
    }

    private func attribute(_ name: String) throws -> String? { try File.open(expected).root.attributes.string(name) }
}
