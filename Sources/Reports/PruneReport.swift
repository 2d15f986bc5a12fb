import Graphs
import Sparsity
import Surgery
import Tensors

/// What a cut took away and how the compact model compares: the answer of `prune`, and the first half of `compress`'s.
package struct PruneReport: Codable, Sendable {
    package private(set) var schema = 1
    package let output: String
    /// Layers whose filters were looked at, changed or not.
    package let layers: [LayerLine]
    package let parameters: Change
    /// For one image; null where a shape depends on the input.
    @Nullable package private(set) var macs: Change?
    package let fileBytes: Change
    /// Everything cut is a proven constant or unread.
    package let exact: Bool
    /// What was chosen beyond the dead; absent where nothing was.
    package let selection: SelectionLine?
    /// What at most was to remain; absent where nothing was asked for.
    package private(set) var budgets: [BudgetLine]?
    /// Moving means and variances were estimated anew over the corpus.
    package let recalibrated: Bool
    /// What the widths of cut layers were made multiples of; absent where that was not asked for.
    package let alignment: AlignmentLine?
    /// Whether dense and compact were compared within a limit, on images that chose nothing; and why not.
    package let verified: Bool
    @Nullable package private(set) var notVerifiedBecause: String?
    package let verification: VerificationLine
    /// Filters with small weights that stay, as the answers would have moved too far; absent where there are none.
    package let keptAlive: KeptAliveLine?
    /// How the images compared on were fed; null where they were random.
    package let pixels: FedPixels
    /// How all images were fed, those that chose the cut among them; empty where another part of the report says it.
    package var allPixels = FedPixels()
    package let declarations: [DeclarationLine]
    package let warnings: [String]
    /// The inputs for which the cut is what it claims to be; absent where it is for all.
    package private(set) var inputRange: BoxLine? = nil

    package struct LayerLine: Codable, Sendable {
        package let name: String
        package let before: Int
        package let after: Int
        package let removed: [Int]
        /// Dead filters kept to carry the constants of those cut.
        package let carriers: Int
    }

    package struct Change: Codable, Sendable {
        package let before: Int
        package let after: Int

        package init(before: Int, after: Int) {
            (self.before, self.after) = (before, after)
        }

        /// What remains, as a share of 1; nil where there was nothing.
        var share: Double? { before == 0 ? nil : Double(after) / Double(before) }
    }
}

extension PruneReport: Report {
    package init(
        output: String, audit: Audit, compact: Graph, fileBytes: Change, comparison: Comparison, box: BoxLine? = nil,
        keptAlive: KeptAlive?, recalibrated: Bool, alignment: AlignmentLine?, budgets: [BudgetLine] = [],
        pixels: FedPixels = FedPixels(), declarations: [DeclarationLine],
        warnings: [String]
    ) {
        (self.output, self.recalibrated, self.alignment, self.pixels) = (output, recalibrated, alignment, pixels)
        let plan = audit.plan
        layers = audit.layers.map { layer in
            LayerLine(
                name: layer.bank.name, before: layer.bank.filters, after: layer.bank.filters - layer.removable.count,
                removed: layer.removable,
                carriers: layer.pinned.count { if case .carrier = $0.reason { true } else { false } })
        }
        parameters = Change(before: plan.dense.parameters, after: compact.parameters)
        macs = plan.dense.macs.flatMap { before in compact.macs.map { Change(before: before, after: $0) } }
        self.fileBytes = fileBytes
        exact = plan.isExact
        selection = audit.chosen.map(SelectionLine.init)
        self.budgets = budgets.isEmpty ? nil : budgets
        self.keptAlive = keptAlive.map(KeptAliveLine.init)
        verified = comparison.verdict.isVerified
        notVerifiedBecause = comparison.verdict.reason
        verification = VerificationLine(comparison, of: audit)
        (self.declarations, self.warnings) = (declarations, warnings)
        inputRange = box
    }

    package static var kind: String { "prune" }
    package var subject: String { output }

    package var sections: [Section] {
        parts + [.verdict("\(output): \(sizeText.joined(separator: ", ")).\n\(answersText)")]
    }

    /// All but the verdict, which a report that holds this one has in its own.
    var parts: [Section] {
        let changed = layers.filter { !$0.removed.isEmpty || $0.carriers > 0 }
        let removals = Table(
            of: changed,
            [
                .left("layer"): { .text($0.name) }, .right("filters"): { .count($0.before) },
                .right("kept"): { .count($0.after) }, .right("removed"): { .count($0.removed.count) },
                .right("carriers"): { .count($0.carriers) },
            ])
        let cut: Section =
            layers.allSatisfy(\.removed.isEmpty)
            ? .paragraph("nothing to cut: no dead filter can go") : .table(removals)
        let lossy = selection.flatMap { $0.cut > 0 ? $0.text : nil }
        let kind =
            exact
            ? inputRange == nil ? "exact cut" : "exact cut for inputs inside the range"
            : lossy ?? "approximate cut (small scales, or what was seen of data)"
        let cutNotes =
            (budgets ?? []).map(\.text)
            + [
                alignment?.text, recalibrated ? "normalizations recalibrated over the corpus" : nil, keptAlive?.text,
            ].compactMap { $0 }
        return [cut, .table(totals)] + cutNotes.map(Section.note)
            + verification.sections(kind, notVerifiedBecause: notVerifiedBecause)
            + ([inputRange?.text].compactMap { $0 } + declarations.map(\.text) + allPixels.lines).map(Section.note)
            + (verification.differences.map { [.figures("How far answers are apart", $0.sections)] } ?? [])
    }

    private var totals: Table {
        func row(_ name: String, _ change: Change, _ format: (Int) -> String) -> [Cell] {
            [
                .text(name), .number(change.before, format), .number(change.after, format),
                .number(change.share, Format.percent, missing: ""),
            ]
        }
        let filters = Change(
            before: layers.reduce(0) { $0.plusClamped($1.before) }, after: layers.reduce(0) { $0.plusClamped($1.after) }
        )
        return Table(
            [.left(""), .right("dense"), .right("compact"), .right("kept")],
            rows: [
                row("filters", filters, Format.count), row("parameters", parameters, Format.count),
                macs.map { row("MACs an image", $0, Format.count) }, row("file", fileBytes, Format.bytes),
            ].compactMap { $0 })
    }

    /// What is left of the dense model.
    var sizeText: [String] {
        func share(_ change: Change, _ what: String) -> String? {
            change.share.map { "\(Format.percent($0)) of the \(what)" }
        }
        return [
            share(parameters, "parameters"), macs.flatMap { share($0, "MACs") }, share(fileBytes, "bytes"),
        ].compactMap(\.self)
    }

    /// Whether the answers stayed the same, in a sentence with its evidence.
    var answersText: String {
        let line = verification
        guard let claim = line.claim, let images = line.images, let error = line.maxRelativeError else {
            return "Answers were not compared: \(notVerifiedBecause ?? "neither model was run")."
        }
        let place = "\(Format.counted(images, "image")) (\(line.source ?? "given"))"
        let classes = line.agreement.map { ", \(Format.percent($0)) of the top classes the same" } ?? ""
        let errors = line.dense.flatMap { dense in
            line.compact.map {
                "; top-1 error \(Format.digits(dense.top1Error)) % dense, \(Format.digits($0.top1Error)) % compact"
            }
        }
        let reason = notVerifiedBecause.map { "; not verified: \($0)" } ?? ""
        return
            "Answers \(claim) on \(place): the largest deviation is \(Format.scientific(error)) of the output's range\(classes)\(errors ?? "")\(reason)."
    }
}
