import ArgumentParser
import Compression
import Datasets
import Reports

struct Prune: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Cuts dead filters out of the whole graph and writes a compact checkpoint that answers the same.",
        usage: "deadwood prune <model> -o <output> [<options>]",
        discussion: """
            The compact model is read back from the new file and compared with the dense one before the file gets its name: \
            on --verify's images, else on the corpus, else on random input. Beyond the tolerance nothing is written. Of a corpus that \
            decides what is cut, or what stands in for it, every fifth image is held out for this.
            """)

    @OptionGroup var model: ModelOptions

    @Option(
        name: .shortAndLong, help: "The compact checkpoint to write, in the format of the model.", completion: .file())
    var output: String

    @Option(
        help: ArgumentHelp(
            "Images to watch the filters on: for mean responses, and the criterion 'activation'. Once for each input of the model, in its order.",
            valueName: "file[:dataset]"))
    var corpus: [String] = []

    @Option(
        help: ArgumentHelp(
            "Images to compare dense and compact on. Default: the corpus, else random input. Once for each input of the model, in its order.",
            valueName: "file[:dataset]"))
    var verify: [String] = []

    @OptionGroup var tolerance: ToleranceOptions
    @OptionGroup var criteria: CriteriaOptions
    @OptionGroup var range: RangeOptions
    @OptionGroup var selection: SelectionOptions
    @OptionGroup var data: DataOptions
    @OptionGroup var compute: ComputeOptions
    @OptionGroup var result: ResultOptions

    func validate() throws {
        try criteria.validate(hasCorpus: !corpus.isEmpty)
        try selection.validate(hasCorpus: !corpus.isEmpty)
    }

    func run() throws {
        let inputs = try model.files + DataReference.paths(corpus + verify), checkpoint = try model.open()
        try result.check(reading: inputs, writing: checkpoint.checkOutput(output, overwrite: result.force))
        let images = try data.images(corpus, "--corpus", for: checkpoint)
        let compared = try data.images(verify, "--verify", for: checkpoint)
        if selection.recalibrate { images?.warnBeforeRecalibrating() }
        var request = try selection.request(criteria, tolerance, for: checkpoint.graph)
        let boxLine = try range.bound(&request, for: checkpoint, data.pixels, images: images ?? compared)
        let job = CompressionJob(
            checkpoint, request, corpus: images, verify: compared,
            execution: compute.exactExecution, observe: Console.show)
        var (_, report) = try job.reported(
            writing: output, overwrite: result.force, pixels: FedPixels(compared ?? images), box: boxLine)
        report.allPixels = FedPixels(images, compared)
        try result.show(report)
    }
}
