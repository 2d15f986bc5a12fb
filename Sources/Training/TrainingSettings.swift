import Foundation

/// The options of a run: a state that was saved under others is refused.
package struct TrainingSettings: Sendable, Equatable, ExpressibleByStringLiteral {
    package struct Setting: Codable, Sendable, Equatable {
        /// As the command line has it: `--batch`.
        package let name: String
        /// In words; `notGiven` where the option was left out and has no default.
        package let value: String

        package init(_ name: String, _ value: (any CustomStringConvertible)?) {
            self.name = name
            self.value = value.map(\.description) ?? TrainingSettings.notGiven
        }
    }

    package static let notGiven = "not given"
    /// The one setting that may change on the way: how long to go on.
    package static let epochs = "--epochs"

    /// Empty where nothing but the text is known.
    package var named: [Setting]
    /// The same in one text: all that states of earlier versions hold.
    package var text: String

    /// `text` is what earlier versions would have written of the same run.
    package init(_ named: [Setting], text: String) { (self.named, self.text) = (named, text) }

    package init(stringLiteral text: String) { self.init([], text: text) }

    subscript(name: String) -> String { named.first { $0.name == name }?.value ?? Self.notGiven }
}

extension TrainingSettings {
    /// How a run's settings stand to those that a state was saved with.
    enum Comparison: Equatable {
        case same
        /// All but these epochs, one number a segment.
        case otherEpochs([Int])
        /// `--batch 40, now 20`: what was, what is.
        case different(String)
    }

    func comparison(with saved: TrainingSettings) -> Comparison {
        if saved.named.isEmpty || named.isEmpty { return comparison(withText: saved.text) }
        var names = named.map(\.name)
        names += saved.named.map(\.name).filter { !names.contains($0) }
        let changed = names.filter { self[$0] != saved[$0] }
        if changed.isEmpty { return .same }
        if changed == [Self.epochs], let epochs = Self.epochs(saved[Self.epochs]) { return .otherEpochs(epochs) }
        // Names only what is a reason to refuse, which the number of epochs is not.
        return .different(
            changed.filter { $0 != Self.epochs }.map { "\($0) \(saved[$0]), now \(self[$0])" }.joined(separator: "; "))
    }

    /// The same for a state of an earlier version.
    private func comparison(withText saved: String) -> Comparison {
        if text == saved { return .same }
        let pattern = /epochs: (\[[0-9, ]*\])/
        if let old = saved.firstMatch(of: pattern)?.1, let new = text.firstMatch(of: pattern)?.1,
            text.replacingCharacters(in: new.startIndex..<new.endIndex, with: old) == saved,
            let epochs = Self.epochs(old.dropFirst().dropLast().replacing(" ", with: ""))
        {
            return .otherEpochs(epochs)
        }
        return .different("in an earlier version's words: \(saved)")
    }

    /// The epochs in all that the run was told; nil where that is not known.
    var totalEpochs: Int? {
        let epochs =
            named.isEmpty
            ? text.firstMatch(of: /epochs: \[([0-9, ]*)\]/).map { $0.1.replacing(" ", with: "") }
            : Substring(self[Self.epochs])
        return epochs.flatMap { Self.epochs($0) }?.reduce(0, +)
    }

    /// `250,75`.
    private static func epochs(_ text: some StringProtocol) -> [Int]? {
        let numbers = text.split(separator: ",").map { Int($0) ?? -1 }
        return numbers.isEmpty || !numbers.allSatisfy((0...1_000_000).contains) || numbers.count > 1 << 16
            ? nil : numbers
    }
}

extension TrainingSettings {
    /// As a state holds it: the named settings as JSON, or the text.
    var stored: String {
        get throws {
            if named.isEmpty { return text }
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            return String(decoding: try encoder.encode(named), as: UTF8.self)
        }
    }

    init(stored: String) {
        if stored.hasPrefix("[{"), let named = try? JSONDecoder().decode([Setting].self, from: Data(stored.utf8)) {
            self.init(named, text: "")
        } else {
            self.init([], text: stored)
        }
    }
}
