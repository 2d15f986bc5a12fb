import ArgumentParser
import Datasets
import Files
import Networks
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

    @OptionGroup var data: DataOptions
    @OptionGroup var compute: ComputeOptions

    @Flag(help: "Overwrite the output if it exists.")
    var force = false

    func run() throws {
        try Outputs.check([output], inputs: model.files + DataReference.paths(input), overwriting: force)
        let checkpoint = try model.open(), graph = checkpoint.graph
        guard let images = try data.images(input, "--input", for: checkpoint, readingLabels: false) else { return }
        let network = try Network(graph, options: compute.execution.network),
            names = graph.outputs.indices.map(graph.outputName)
        Console.note(FedPixels(images).text)
        let file = try PredictionFile(output, names: names, count: images.count, overwriting: force)
        var batches = images.batches(of: compute.batch), finiteness = names.map { _ in Finiteness() }
        while let batch = try batches.next() {
            let outputs = try network.run(batch.inputs)
            for (index, output) in outputs.enumerated() { finiteness[index].add(output) }
            try file.append(outputs)
            Console.progress("predict", batch.done, of: images.count)
        }
        try file.commit()
        for (name, seen) in zip(names, finiteness) where seen.notFinite > 0 {
            Console.warn("\(output): \(seen.text(of: name))")
        }
    }
}
