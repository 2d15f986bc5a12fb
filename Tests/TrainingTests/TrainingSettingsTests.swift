import Testing
@testable import Training

@Suite struct TrainingSettingsTests {
    private func settings(_ values: KeyValuePairs<String, String?>) -> TrainingSettings {
        TrainingSettings(values.map { .init($0.key, $0.value) }, text: "")
    }

    @Test("What differs is named with both values, the number of epochs left out")
    func differences() {
        let saved = settings(["--epochs": "2", "--batch": "40", "--lr": "0.1", "--crop": nil])
        #expect(
            settings(["--epochs": "2", "--batch": "40", "--lr": "0.1", "--crop": nil]).comparison(with: saved) == .same)
        #expect(
            settings(["--epochs": "3", "--batch": "20", "--lr": "0.1", "--crop": "8"]).comparison(with: saved)
                == .different("--batch 40, now 20; --crop not given, now 8"))
    }

    @Test("Epochs alone may differ")
    func epochs() {
        #expect(settings(["--epochs": "9"]).comparison(with: settings(["--epochs": "2,1"])) == .otherEpochs([2, 1]))
    }

    @Test("An option that one side does not know counts as not given")
    func unknown() {
        #expect(settings(["--epochs": "2", "--new": nil]).comparison(with: settings(["--epochs": "2"])) == .same)
        #expect(
            settings(["--epochs": "2"]).comparison(with: settings(["--epochs": "2", "--old": "1"]))
                == .different("--old 1, now not given"))
    }

    @Test("They are stored by name, and read back; a text stays a text")
    func storage() throws {
        let named = settings(["--epochs": "2,1", "--data": "a \"b\"/c"])
        #expect(try TrainingSettings(stored: named.stored).named == named.named)
        #expect(
            TrainingSettings(stored: "from x; epochs: [2, 1]") == TrainingSettings([], text: "from x; epochs: [2, 1]"))
        #expect(
            named.totalEpochs == 3 && TrainingSettings(stored: "from x; epochs: [2, 1]").totalEpochs == 3
                && TrainingSettings(stored: "[2]").totalEpochs == nil)
    }

    @Test("Of an earlier version's text nothing but the epochs may differ")
    func text() {
        let now = TrainingSettings([.init("--epochs", "4")], text: "hidden [2]; epochs: [4], drop 0.1")
        #expect(now.comparison(with: "hidden [2]; epochs: [4], drop 0.1") == .same)
        #expect(now.comparison(with: "hidden [2]; epochs: [2], drop 0.1") == .otherEpochs([2]))
        #expect(
            now.comparison(with: "hidden [4]; epochs: [2], drop 0.1")
                == .different("in an earlier version's words: hidden [4]; epochs: [2], drop 0.1"))
    }
}
