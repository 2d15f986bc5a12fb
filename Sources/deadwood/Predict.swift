import ArgumentParser
import Compression
import Datasets
import Files
import Reports

struct Predict: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Runs the model and writes its outputs to an HDF5 file.",
        usage: "deadwood predict <model> --input <file> --output <file> [<options>]",
        discussion:
            "The file holds datasets output_0, output_1, … in the model's order, each with the layer's name as attribute 'name'."
    )

    @OptionGroup var model: ModelOptions

    @Option(
        help: ArgumentHelp(
            "Images to run on: an HDF5 file, or a folder of CIFAR, IDX or pictures. Once for each input of the model, in its order.",
            valueName: "file[:dataset]"))
    var input: [String]

    @Option(help: ArgumentHelp("The file to write.", valueName: "file"))
    var output: String

    @Option(help: ShardOptions.help) var shard: Shard?

    @OptionGroup var data: DataOptions
    @OptionGroup var compute: ComputeOptions

    @Flag(help: "Overwrite the output if it exists.")
    var force = false

    func run() throws {
        try Outputs.check([output], inputs: model.files + DataReference.paths(input), overwriting: force)
        let checkpoint = try model.open()
        guard let images = try data.images(input, "--input", for: checkpoint, readingLabels: false) else { return }
        let prediction = try Prediction(checkpoint.graph, compute.execution, count: images.count)
        Console.note(FedPixels(images).text)
        let broken: [NotFinite]
        if let shard {
            let header = try PartHeader(
                "predict", shard, model: model.files, images: images,
                settings: compute.settings + model.reading.settings)
            broken = try prediction.write(over: images, part: header, to: output, overwriting: force) {
                Console.progress("predict", $0, of: header.range.count)
            }
        } else {
            broken = try prediction.write(over: images, to: output, overwriting: force) {
                Console.progress("predict", $0, of: images.count)
            }
        }
        Console.warn(broken, in: output)
    }
}

extension Console {
    static func warn(_ outputs: [NotFinite], in path: String) {
        for output in outputs { warn("\(path): \(output.seen.text(of: output.output))") }
    }
}
