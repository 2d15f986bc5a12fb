import Graphs
import Sparsity
import Surgery

/// What a cut took away and how the compact model compares: the answer of `prune`, and the first half of `compress`'s.
package struct PruneReport: Encodable, Sendable {
    package let schema = 1
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
    package let declarations: [DeclarationLine]
    package let warnings: [String]

    package struct LayerLine: Encodable, Sendable {
        package let name: String
        package let before: Int
        package let after: Int
        package let removed: [Int]
        /// Dead filters kept to carry the constants of those cut.
        package let carriers: Int
    }

    package struct Change: Encodable, Sendable {
        package let before: Int
        package let after: Int

        package init(before: Int, after: Int) {
            self.before = before
            self.after = after
        }
    }

    package init(
        output: String, audit: Audit, compact: Graph, fileBytes: Change, comparison: Comparison, keptAlive: KeptAlive?,
        recalibrated: Bool,
        alignment: AlignmentLine?, pixels: FedPixels = FedPixels(),
        declarations: [DeclarationLine], warnings: [String]
    ) {
        self.output = output
        self.recalibrated = recalibrated
        self.alignment = alignment
        self.pixels = pixels
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
        self.keptAlive = keptAlive.map(KeptAliveLine.init)
        verified = comparison.verdict.isVerified
        notVerifiedBecause = comparison.verdict.reason
        verification = VerificationLine(comparison, of: audit)
        self.declarations = declarations
        self.warnings = warnings
    }

    package var text: String {
        var table = Table([.left("layer"), .right("filters"), .right("kept"), .right("removed"), .right("carriers")])
        for layer in layers where !layer.removed.isEmpty || layer.carriers > 0 {
            table.add([
                layer.name, Format.count(layer.before), Format.count(layer.after), Format.count(layer.removed.count),
                Format.count(layer.carriers),
            ])
        }
        var totals = Table([.left(""), .right("dense"), .right("compact"), .right("kept")])
        func add(_ name: String, _ change: Change, _ format: (Int) -> String) {
            totals.add([
                name, format(change.before), format(change.after),
                change.before == 0 ? "" : Format.percent(Double(change.after) / Double(change.before)),
            ])
        }
        let before = layers.reduce(0) { $0 + $1.before }, after = layers.reduce(0) { $0 + $1.after }
        add("filters", Change(before: before, after: after), Format.count)
        add("parameters", parameters, Format.count)
        if let macs { add("MACs an image", macs, Format.count) }
        add("file", fileBytes, Format.bytes)
        let lossy = selection.flatMap { $0.cut > 0 ? $0.text : nil }
        let removals = layers.allSatisfy { $0.removed.isEmpty } ? "nothing to cut: no dead filter can go\n" : table.text
        let notes = [
            alignment?.text, recalibrated ? "normalizations recalibrated over the corpus" : nil, keptAlive?.text,
        ].compactMap { $0.map { "\($0)\n" } }.joined()
        let kind = exact ? "exact cut" : lossy ?? "approximate cut (small scales, or what was seen of data)"
        return
            "\(removals)\n\(totals.text)\(notes)\n\(verification.text(kind, notVerifiedBecause: notVerifiedBecause))\(declarations.text)"
    }
}
