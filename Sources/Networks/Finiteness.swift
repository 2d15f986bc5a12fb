import Graphs
import Tensors

/// For how many images an output of a model is not a number, gathered batch by batch.
package struct Finiteness: Sendable, Equatable {
    package private(set) var images = 0
    /// The number of images with NaN or an infinity.
    package private(set) var notFinite = 0
    /// The first of them, by its position.
    package private(set) var first: Int?

    package init() {}

    /// Adds the next batch of an output, N × shape.
    package mutating func add(_ output: Tensor) {
        guard let count = output.shape.first, count > 0 else { return }
        let width = output.count / count
        output.withSpan { values in
            for image in 0..<count where !((image * width)..<((image + 1) * width)).allSatisfy({ values[$0].isFinite })
            {
                notFinite += 1
                if first == nil { first = images + image }
            }
        }
        images += count
    }

    /// In words, of an output by its layer's name.
    package func text(of output: String) -> String {
        "the output '\(output)' is NaN or infinite for \(notFinite) of \(images) images, first for image \(first ?? 0)"
    }
}

extension Graph {
    /// The names of the layers that make the outputs.
    package var outputNames: [String] {
        let producers = producers
        return outputs.map { output in producers[output].map { layer(of: $0).qualifiedName } ?? "" }
    }
}
