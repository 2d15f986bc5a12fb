import ArgumentParser
import Checkpoints
import Datasets
import Foundation
import Graphs

/// How the pixels of a corpus become a model's input.
struct DataOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "A pixel x is fed as (x · scale − mean) / std. Default, here and for the next two: the attributes of the data file, else for bytes what 'deadwood train' fed the model, else no change.",
            valueName: "s"))
    var scale: Double?

    @Option(help: ArgumentHelp("One number, or one per channel.", valueName: "m,…"), transform: numbers)
    var mean: [Double]?

    @Option(help: ArgumentHelp("One number, or one per channel.", valueName: "s,…"), transform: numbers)
    var std: [Double]?

    @OptionGroup var size: SizeOptions

    @Option(help: ArgumentHelp("Use the first n images only.", valueName: "n"))
    var limit: Int?

    func validate() throws {
        if let limit, limit < 1 { throw ValidationError("--limit takes a positive number, not \(limit).") }
    }

    var overrides: PreprocessingOverrides { PreprocessingOverrides(scale: scale, mean: mean, std: std) }

    /// The images that `reference` names, in the shape that one of the model's inputs asks for.
    func corpus(_ reference: String, for checkpoint: Checkpoint, shape: [Int?], readingLabels: Bool) throws -> Corpus {
        let trained = try Preprocessing(notes: checkpoint.notes, path: checkpoint.path)
        let corpus = try Corpus.open(reference, size: size.size, overrides: overrides, trained: trained, readingLabels: readingLabels)
        if corpus.isOfBareBytes, trained == nil, overrides == PreprocessingOverrides(), !checkpoint.graph.treatsPixels {
            Console.warn("\(corpus.name): pixels are fed as bytes from 0 to 255; say by --scale, --mean and --std what the model was trained with, or --scale 1 for this")
        }
        return try corpus.arranged(for: shape)
    }
}

extension Graph {
    /// Whether a layer of the model itself brings pixels into the range it was trained with.
    fileprivate var treatsPixels: Bool {
        layers.contains {
            switch $0.operation {
            case .rescaling, .normalization: true
            default: false
            }
        }
    }
}

/// A list of numbers: `0.485,0.456,0.406`.
@Sendable func numbers(_ text: String) throws -> [Double] {
    try text.split(separator: ",", omittingEmptySubsequences: false).map {
        guard let number = Double($0) else { throw ValidationError("'\(text)' is not a list of numbers like 0.5,0.5,0.5.") }
        return number
    }
}

extension DataReference {
    /// Whether two lists of references share images, by whatever name of the file; where only one of two names a dataset,
    /// they may.
    static func areSame(_ references: [String], _ others: [String]) throws -> Bool {
        func resolved(_ path: String) -> String { URL(fileURLWithPath: path).resolvingSymlinksInPath().path }
        let known = try others.map(DataReference.init)
        return try references.map(DataReference.init).contains { a in
            known.contains { b in resolved(a.path) == resolved(b.path) && (a.part == b.part || a.part == nil || b.part == nil) }
        }
    }

    /// The files and folders that the options given lead to.
    static func paths(_ references: [String]) throws -> [String] { try references.map { try DataReference($0).path } }
}
