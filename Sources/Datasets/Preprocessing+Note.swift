import Foundation

/// What a checkpoint keeps of how the images it was trained on were treated, so that others are treated alike.
extension TrainingData {
    /// By the name of the note; nothing where pixels are numbers that may mean anything.
    package var notes: [String: String] {
        get throws {
            guard isOfByteRange else { return [:] }
            let encoder = JSONEncoder()
            encoder.outputFormatting = .sortedKeys
            return try [Preprocessing.noteName: String(decoding: encoder.encode(preprocessing), as: UTF8.self)]
        }
    }
}

extension Preprocessing {
    fileprivate static let noteName = "preprocessing"

    /// What the `notes` of the checkpoint at `path` say; nil where they say nothing. Throws `unreadableNote`.
    package init?(notes: [String: String], path: String) throws {
        guard let note = notes[Self.noteName] else { return nil }
        do {
            self = try JSONDecoder().decode(Self.self, from: Data(note.utf8))
        } catch {
            throw DatasetError.unreadableNote(path: path, attribute: "deadwood_\(Self.noteName)")
        }
    }
}
