import Datasets
import Foundation

/// What a compact checkpoint keeps of the inputs for which it is the dense one.
extension InputBox {
    private static let noteName = "input_range"

    /// By the name of the note: a range for each input, null for one without.
    package var notes: [String: String] {
        get throws {
            let encoder = JSONEncoder()
            encoder.outputFormatting = .sortedKeys
            return [Self.noteName: String(decoding: try encoder.encode(inputs), as: UTF8.self)]
        }
    }

    /// What the `notes` of the checkpoint at `path` say; nil where they say nothing. Throws `invalidAttribute`.
    package init?(notes: [String: String], path: String) throws {
        guard let note = notes[Self.noteName] else { return nil }
        do {
            inputs = try JSONDecoder().decode([InputRange?].self, from: Data(note.utf8))
        } catch {
            throw DatasetError.invalidAttribute(
                path: path, attribute: "deadwood_\(Self.noteName)", reason: "is no range of inputs")
        }
    }
}
