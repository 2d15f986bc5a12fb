import Datasets
import Reports

extension Convert {
    /// Writes the data set `input` to `output`, and says on stdout what is there now.
    func convertDataset() throws {
        let file = try CorpusFile(input, size: data.size.size, overrides: data.pixels.overrides, limit: data.limit)
        let count = file.parts.map(\.count).reduce(0, +)
        try file.write(to: output, overwriting: force) { Console.progress("convert", $0, of: count) }
        let parts = file.parts.map { part in
            let shape = part.imageShape.map(String.init).joined(separator: "×"),
                labels = part.hasLabels ? "" : ", no labels"
            return "\(part.name.map { "x_\($0)" } ?? "x"): \(part.count) images of \(shape)\(labels)"
        }
        let note =
            file.preprocessing.map {
                "pixels, where a model does not say it itself: \($0.text(channels: file.parts[0].imageShape.last ?? 1))"
            } ?? "how pixels are fed is not noted: nothing says it"
        try Console.print(
            """
            \(output.printable)
            \(parts.map { "  \($0)" }.joined(separator: "\n"))
              \(note)
            """)
    }
}
