import Networks

/// Loss and errors of one model over labelled images.
package struct EvaluationLine: Codable, Sendable {
    package let images: Int
    /// Cross-entropy in nats.
    package let loss: Double
    /// Percent.
    package let top1Error: Double
    package let top5Error: Double
}

extension EvaluationLine {
    package init(_ evaluation: Evaluation) {
        images = evaluation.images
        loss = evaluation.loss
        top1Error = evaluation.top1Error
        top5Error = evaluation.top5Error
    }
}

/// The answer of `evaluate`.
package struct EvaluationReport: Codable, Sendable {
    package private(set) var schema = 1
    package let model: String
    package let images: Int
    package let pixels: FedPixels
    package let loss: Double
    package let top1Error: Double
    package let top5Error: Double
    /// How many of the labels were class probabilities that are not all on one class.
    package let softLabels: Int
    package let declarations: [DeclarationLine]
}

extension EvaluationReport: Report {
    package init(model: String, pixels: FedPixels, declarations: [DeclarationLine], _ evaluation: Evaluation) {
        (self.model, self.pixels, self.declarations) = (model, pixels, declarations)
        softLabels = evaluation.softImages
        (images, loss) = (evaluation.images, evaluation.loss)
        (top1Error, top5Error) = (evaluation.top1Error, evaluation.top5Error)
    }

    package static var kind: String { "evaluation" }
    package var subject: String { model }

    package var sections: [Section] {
        let soft = softLabels > 0 ? ", against the class probabilities that the labels are" : ""
        return [
            .headline("\(model) on \(Format.count(images)) images"),
            .list([
                Item("loss", "\(Format.digits(loss))\(soft)"), Item("top-1 error", "\(Format.digits(top1Error)) %"),
                Item("top-5 error", "\(Format.digits(top5Error)) %"), Item(pixels.text),
            ]),
        ] + declarations.map { .note($0.text) }
    }
}
