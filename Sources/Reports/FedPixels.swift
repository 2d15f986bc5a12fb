import Datasets

/// How pixels were fed to a model: a line for each of its inputs that takes images, in its order, for the first input
/// where none does; nothing where no file's images were fed. In JSON null, an object, or for several inputs of images
/// an array of objects.
package struct FedPixels: Sendable {
    package let inputs: [PixelsLine]
}

extension FedPixels {
    /// Of all inputs of the corpora, in turn.
    package init(_ corpora: ModelCorpus?...) {
        inputs = corpora.compactMap { $0?.corpora }.flatMap { inputs in
            let images = inputs.filter { $0.inputShape.count >= 3 }
            return (images.isEmpty ? Array(inputs.prefix(1)) : images).map { PixelsLine($0.feeding) }
        }
    }

    /// A line for each input; the same is said once.
    var lines: [String] {
        inputs.map(\.text).reduce(into: []) { lines, line in if !lines.contains(line) { lines.append(line) } }
    }

    package var text: String { lines.joined(separator: "\n") }
}

extension FedPixels: Codable {
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            inputs = []
        } else if let one = try? container.decode(PixelsLine.self) {
            inputs = [one]
        } else {
            inputs = try container.decode([PixelsLine].self)
        }
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch inputs.count {
        case 0: try container.encodeNil()
        case 1: try container.encode(inputs[0])
        default: try container.encode(inputs)
        }
    }
}
