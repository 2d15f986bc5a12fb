import ArgumentParser
import Datasets
import Networks

struct Predict: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Runs the model and writes its outputs to an HDF5 file.",
        usage: "deadwood predict <model> --input <file> --output <file> [<options>]",
        discussion: "The file holds datasets output_0, output_1, … in the model's order, each with the layer's name as attribute 'name'.")

    @OptionGroup var model: ModelOptions

    @Option(help: ArgumentHelp("Images to run on: an HDF5 file, or a folder of CIFAR, IDX or pictures. Once for each input of the model, in its order.", valueName: "file[:dataset]"))
    var input: [String]

    @Option(help: ArgumentHelp("The file to write.", valueName: "file"))
    var output: String

    @OptionGroup var data: DataOptions
    @OptionGroup var compute: ComputeOptions

    @Flag(help: "Overwrite the output if it exists.")
    var force = false

    func run() throws {
        try Outputs.check([output], inputs: model.files + input.map { try DataReference($0).path }, overwrite: force)
        let checkpoint = try model.open(), graph = checkpoint.graph
        guard input.count == graph.inputs.count else { throw CommandError.inputCount(expected: graph.inputs.count, found: input.count) }
        let corpora = try zip(input, graph.inputs).map { reference, tensor in
            try data.corpus(reference, for: checkpoint, shape: graph.shapes[tensor] ?? [], readingLabels: false)
        }
        guard Set(corpora.map(\.count)).count == 1 else { throw CommandError.imageCounts(corpora.map(\.count)) }
        let network = try Network(graph, options: compute.execution.network)
        let count = min(corpora[0].count, data.limit ?? corpora[0].count), producers = graph.producers
        let names = graph.outputs.map { tensor in producers[tensor].map { graph.layer(of: $0).qualifiedName } ?? "" }
        let file = try PredictionFile(output, names: names, count: count, overwriting: force)
        let step = min(compute.batch, corpora.map(\.largestBatch).min() ?? compute.batch)
        for start in stride(from: 0, to: count, by: step) {
            let range = start..<min(count, start + step)
            try file.append(network.run(try corpora.map { try $0.batch(range).images }))
            Console.progress("predict", range.upperBound, of: count)
        }
        try file.commit()
    }
}
