import Compression
import Graphs
import Sparsity
import Surgery

/// The state of every filter: the answer of `analyze`.
package struct AnalysisReport: Codable, Sendable {
    package private(set) var schema = 1
    /// Images looked at; 0 without a corpus.
    package let images: Int
    /// How they were fed.
    package let pixels: FedPixels
    /// The layers that cannot be evaluated and end what could be looked at; empty where all filters were.
    package let watchedUpTo: [String]
    /// The criteria by which `removable` was decided.
    package let criteria: [String]
    package let declarations: [DeclarationLine]
    /// Filters with small weights that stay, as the answers would move too far; absent where there are none.
    package let keptAlive: KeptAliveLine?
    package let layers: [LayerLine]
    package let totals: Totals
    /// All calls of layers, in an order in which they can run.
    package let network: [NetworkLine]
    /// Absent where the first layer is no convolution of few weights.
    package let firstKernels: FirstKernels?
    /// What the model is fed at most, for which `dead.range` and `linear` hold; null where nothing is known.
    @Nullable package private(set) var inputRange: BoxLine? = nil
    /// Images of a step of training, for which `asleepInTraining` holds; absent where nobody asked.
    package private(set) var trainingBatch: Int? = nil
    /// Why dead or chosen filters stay, and what each reason costs; the costliest first.
    package let pinnedBy: [PinnedBy]
    /// What layers that are not understood hold, where a declaration could free it; empty elsewhere.
    package let opaque: [OpaqueLine]
    /// The same for all of them together; absent where there is nothing to declare.
    package let opaqueTogether: OpaqueLine.Together?
    /// What the answers come to as each layer alone loses filters, and what that is measured by; absent where it was not
    /// asked for.
    package private(set) var sensitivity: [SensitivityLine]?
    package private(set) var sensitivityBasis: SensitivityBasis?

    package struct LayerLine: Codable, Sendable {
        package let name: String
        package let kind: String
        package let filters: Int
        package let dead: Dead
        /// All that count as dead: those with a sign (of `statistics` only where it is a criterion), the proven ones,
        /// and those that go in passing.
        package let deadFilters: [Int]
        /// Dead filters whose death follows from the weights; the others were only seen to be dead.
        package let proven: [Int]
        /// Removable filters without a sign of their own: nothing reads or feeds them once others are cut.
        package let inPassing: [Int]
        /// Filters that the moving statistics hold to be asleep, where these are no criterion: not counted as dead.
        package let suspected: [Int]
        package let removable: [Int]
        /// Filters chosen to go though nothing says that they are dead.
        package let chosen: [Int]
        package let pinned: [Pinned]
        /// Percent of images each filter answers to; null without a corpus.
        @Nullable package private(set) var universality: [Double]?
        /// What the filters did over the corpus; null without one.
        @Nullable package private(set) var activity: Activity? = nil
        /// Filters whose ReLU never closes for any input inside the range; null where nothing is known of the layer, or
        /// no ReLU follows.
        @Nullable package private(set) var linear: [Int]? = nil
        /// Filters that the batch statistics of training keep asleep, whatever the images; null where nobody asked, or it
        /// cannot be told.
        @Nullable package private(set) var asleepInTraining: [Int]? = nil
        /// γ and β of the batch normalization behind the layer; absent where there is none, or it has none.
        package private(set) var gamma: [Float]? = nil
        package private(set) var beta: [Float]? = nil
    }

    /// What the filters of a layer did over a corpus: of each filter one number.
    package struct Activity: Codable, Sendable {
        /// The largest |activation|, and the share that is 0, over images and positions.
        package let largest: [Float]
        package let zeroShare: [Double]
        package let mean: [Double]
        package let variance: [Double]
        /// The indices of the images with the highest peaks above 0, at most ten, the highest first.
        package let strongestImages: [[Int]]
        /// By how many points `universality` may be off; null where every image's peak was at hand, as they are until
        /// all of them take 64 MiB.
        @Nullable package private(set) var universalityUncertainty: [Double]?
    }

    /// Dead filters by criterion; null where a criterion does not apply or was not looked at.
    package struct Dead: Codable, Sendable {
        @Nullable package private(set) var activation: [Int]?
        @Nullable package private(set) var scale: [Int]?
        package let weight: [Int]
        package let unread: [Int]
        @Nullable package private(set) var statistics: [Int]?
        /// Proven for every input inside the range; null where nothing is known of the layer.
        @Nullable package private(set) var range: [Int]? = nil
    }

    package struct Pinned: Codable, Sendable {
        package let filter: Int
        package let reason: String
    }

    /// What one reason keeps in the network: the filters it holds and, each filter by itself, the weights that make and
    /// read them and the multiplications these take for one image.
    package struct PinnedBy: Codable, Sendable {
        package let reason: String
        /// The reason without the layer it is about.
        package let category: String
        package let filters: Int
        package let parameters: Int
        /// Null where a shape depends on the input.
        @Nullable package private(set) var macs: Int?
    }

    /// dead + chosen = removable + pinned, and removable counts inPassing, which are dead by it.
    package struct Totals: Codable, Sendable {
        package let filters: Int
        /// Filters dead by a sign, by proof or in passing; those that only `statistics` suspect count where it is a
        /// criterion.
        package let dead: Int
        @Nullable package private(set) var deadByActivation: Int?
        package let deadByScale: Int
        package let deadByWeight: Int
        package let deadUnread: Int
        /// All that the moving statistics hold to be asleep, dead or not.
        package let deadByStatistics: Int
        /// Proven to be dead for every input inside the range, dead otherwise or not; null where no range is known. Likewise
        /// those whose ReLU never closes.
        @Nullable package private(set) var deadByRange: Int? = nil
        @Nullable package private(set) var linear: Int? = nil
        @Nullable package private(set) var asleepInTraining: Int? = nil
        package let inPassing: Int
        package let suspected: Int
        package let chosen: Int
        package let removable: Int
        package let pinned: Int
        /// Of the whole network, before and after what is removable goes.
        package let parameters: PruneReport.Change
        /// The same for one image; null where a shape is not known.
        @Nullable package private(set) var macs: PruneReport.Change?
    }
}

extension AnalysisReport {
    /// `watchedUpTo`: the layers that ended the run over the images.
    ///
    /// Throws where the graph without the removable filters, or with a declaration, contradicts its plan.
    package init(
        _ audit: Audit, images: Int, pixels: FedPixels = FedPixels(), watchedUpTo: [String] = [],
        declarations: [DeclarationLine], keptAlive: KeptAlive? = nil, box: BoxLine? = nil, trainingBatch: Int? = nil,
        sensitivity: Sensitivity? = nil,
        criteria: Set<Criterion>
    ) throws {
        self.declarations = declarations
        (self.sensitivity, sensitivityBasis) = (sensitivity?.lines, sensitivity?.basis)
        self.keptAlive = keptAlive.map(KeptAliveLine.init)
        (self.images, self.pixels, self.watchedUpTo) = (images, pixels, watchedUpTo)
        self.criteria = Criterion.allCases.filter(criteria.contains).map(\.rawValue)
        let dense = audit.plan.dense, compact = try audit.plan.rewrite().graph
        network = NetworkLine.all(in: dense, compact: compact)
        firstKernels = FirstKernels(dense)
        layers = audit.layers.map { layer in
            let normalization = layer.bank.normalization.map(dense.layer)
            return LayerLine(
                name: layer.bank.name, kind: layer.bank.kind, filters: layer.bank.filters,
                dead: Dead(
                    activation: layer.dead[.activation], scale: layer.dead[.scale], weight: layer.dead[.weight] ?? [],
                    unread: layer.dead[.unread] ?? [], statistics: layer.dead[.statistics], range: layer.dead[.range]),
                deadFilters: layer.deadFilters, proven: layer.proven, inPassing: layer.inPassing,
                suspected: layer.suspected, removable: layer.removable, chosen: layer.chosen,
                pinned: layer.pinned.map { Pinned(filter: $0.filter, reason: $0.reason.text) },
                universality: layer.universality,
                activity: layer.activity.map { filters in
                    Activity(
                        largest: filters.map(\.largest), zeroShare: filters.map(\.zeroShare), mean: filters.map(\.mean),
                        variance: filters.map(\.variance), strongestImages: filters.map(\.strongest),
                        universalityUncertainty: layer.universalityUncertainty)
                }, linear: layer.linear, asleepInTraining: layer.asleepInTraining,
                gamma: normalization?[.gamma].map { Array($0.elements) },
                beta: normalization?[.beta].map { Array($0.elements) })
        }
        func total(_ criterion: Criterion) -> Int { audit.layers.reduce(0) { $0 + ($1.dead[criterion]?.count ?? 0) } }
        func sum(_ count: (Audit.Layer) -> Int) -> Int { audit.layers.reduce(0) { $0 + count($1) } }
        inputRange = box
        self.trainingBatch = trainingBatch
        totals = Totals(
            filters: sum(\.bank.filters), dead: sum(\.deadFilters.count),
            deadByActivation: images > 0 ? total(.activation) : nil, deadByScale: total(.scale),
            deadByWeight: total(.weight), deadUnread: total(.unread), deadByStatistics: total(.statistics),
            deadByRange: box == nil ? nil : total(.range), linear: box == nil ? nil : sum { $0.linear?.count ?? 0 },
            asleepInTraining: trainingBatch == nil ? nil : sum { $0.asleepInTraining?.count ?? 0 },
            inPassing: sum(\.inPassing.count), suspected: sum(\.suspected.count), chosen: sum(\.chosen.count),
            removable: sum(\.removable.count), pinned: sum(\.pinned.count),
            parameters: .init(before: dense.parameters, after: compact.parameters),
            macs: dense.macs.flatMap { before in compact.macs.map { .init(before: before, after: $0) } })
        pinnedBy = audit.pinCosts.map {
            PinnedBy(
                reason: $0.reason.text, category: $0.reason.category, filters: $0.filters,
                parameters: $0.parameters, macs: $0.macs)
        }
        let holds = try audit.opaqueHolds()
        opaque = holds.classes.map(OpaqueLine.init)
        opaqueTogether = holds.classes.isEmpty ? nil : OpaqueLine.Together(holds)
    }
}

extension PinReason {
    /// The reason, and what can be done about it on the command line.
    fileprivate var text: String {
        if case .notSelected = self { "\(description); add it to --criteria to cut it" } else { description }
    }
}
