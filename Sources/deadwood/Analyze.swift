import ArgumentParser
import Datasets
import Graphs
import Reports
import Sparsity
import Surgery

struct Analyze: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Audits every filter: dead by which signs, removable or pinned and why.",
        usage: "deadwood analyze <model> [--corpus <file>] [<options>]",
        discussion: "Without a corpus the signs that need data (activation, universality) are left out.")

    @OptionGroup var model: ModelOptions

    @Option(
        help: ArgumentHelp(
            "Images to watch the filters on: an HDF5 file, a CIFAR or an IDX folder. Once for each input of the model, in its order.",
            valueName: "file[:dataset]"))
    var corpus: [String] = []

    @OptionGroup var criteria: CriteriaOptions
    @OptionGroup var data: DataOptions
    @OptionGroup var compute: ComputeOptions
    @OptionGroup var result: ResultOptions

    func validate() throws { try criteria.validate(hasCorpus: !corpus.isEmpty) }

    func run() throws {
        try result.check(reading: model.files + DataReference.paths(corpus))
        let checkpoint = try model.open()
        let images = try data.images(corpus, "--corpus", for: checkpoint, readingLabels: false)
        let activations = try images.map { try $0.activations(of: checkpoint.graph, compute.exactExecution) }
        let places = ApproximatePlaces(checkpoint.graph, selected: criteria.criteria, thresholds: criteria.thresholds)
        let division = try Division(images, decides: !places.isEmpty)
        let responses = try division.choosing.map {
            places.responses(try places.watched(on: .corpus($0), compute.exactExecution))
        }
        func audited(provenOnly: Bool) -> Audit {
            var request = CutRequest()
            request.provenOnly = provenOnly
            return Audit(
                checkpoint.graph, selected: criteria.criteria, thresholds: criteria.thresholds,
                activations: activations, responses: responses ?? [:], request: request)
        }
        var audit = audited(provenOnly: false), keptAlive: KeptAlive?
        // What prune would find when it compares: that some of the filters with small weights are alive.
        if criteria.isUsual,
            let excess = try audit.plan.excess(
                on: division.compared, batch: compute.batch, options: compute.exactExecution.network)
        {
            let proven = audited(provenOnly: true)
            keptAlive = KeptAlive(
                filters: audit.removableCount - proven.removableCount, deviation: excess.deviation,
                tolerance: excess.tolerance)
            audit = proven
        }
        let ends = images == nil ? [] : RunnablePart(checkpoint.graph).ends
        let report = try AnalysisReport(
            audit, images: activations?.images ?? 0, pixels: FedPixels(images), watchedUpTo: ends,
            declarations: checkpoint.declarationLines, keptAlive: keptAlive, criteria: criteria.criteria)
        try result.show(report)
    }
}
