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
    package let macs: Change?
    package let fileBytes: Change
    /// Everything cut is a proven constant or unread.
    package let exact: Bool
    /// What was chosen beyond the dead; absent where nothing was.
    package let selection: SelectionLine?
    /// Moving means and variances were estimated anew over the corpus.
    package let recalibrated: Bool
    /// What the widths of cut layers were made multiples of; absent where that was not asked for.
    package let alignment: AlignmentLine?
    package let verification: VerificationLine
    /// How the images compared on were fed; null where they were random.
    package let pixels: FedPixels
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

    package struct VerificationLine: Encodable, Sendable {
        package let images: Int
        package let maxAbsoluteError: Double
        /// Relative to each output's largest magnitude.
        package let maxRelativeError: Double
        /// Share of images whose top class stayed; null for outputs that are not classes.
        package let agreement: Double?
        /// The largest |compact − dense| that the algebra allows where activations stay within what was seen on these
        /// images, rounding aside: 0 for an exact cut; null where it is not known.
        package let bound: Double?
        /// The deviation allowed; null for a lossy cut to which no limit was given.
        package let tolerance: Double?
        /// Where the images came from: `corpus` or `random`.
        package let source: String
        /// The deviation with only the proven part cut, where the cut is not exact.
        package let exactPart: ExactPart?
        package let dense: EvaluationLine?
        package let compact: EvaluationLine?

        private enum Keys: String, CodingKey {
            case images, maxAbsoluteError, maxRelativeError, agreement, bound, tolerance, source, exactPart, dense, compact
        }

        package func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: Keys.self)
            try container.encode(images, forKey: .images)
            try container.encode(maxAbsoluteError, forKey: .maxAbsoluteError)
            try container.encode(maxRelativeError, forKey: .maxRelativeError)
            try container.encode(agreement, forKey: .agreement)
            try container.encode(bound, forKey: .bound)
            try container.encode(tolerance, forKey: .tolerance)
            try container.encode(source, forKey: .source)
            try container.encodeIfPresent(exactPart, forKey: .exactPart)
            try container.encodeIfPresent(dense, forKey: .dense)
            try container.encodeIfPresent(compact, forKey: .compact)
        }
    }

    /// What the proven part of a cut does by itself.
    package struct ExactPart: Encodable, Sendable {
        package let removed: Int
        package let maxAbsoluteError: Double
        package let maxRelativeError: Double
    }

    package init(
        output: String, audit: Audit, compact: Graph, fileBytes: Change, verification: Verification, source: String, tolerance: Double?,
        bound: Double?, exactPart: (plan: SurgeryPlan, verification: Verification)?, recalibrated: Bool, alignment: AlignmentLine?,
        pixels: FedPixels = FedPixels(), warnings: [String]
    ) {
        self.output = output
        self.recalibrated = recalibrated
        self.alignment = alignment
        self.pixels = pixels
        let plan = audit.plan
        layers = audit.layers.map { layer in
            LayerLine(
                name: layer.bank.name, before: layer.bank.filters, after: layer.bank.filters - layer.removable.count, removed: layer.removable,
                carriers: layer.pinned.count { if case .carrier = $0.reason { true } else { false } })
        }
        parameters = Change(before: plan.dense.parameters, after: compact.parameters)
        macs = plan.dense.macs.flatMap { before in compact.macs.map { Change(before: before, after: $0) } }
        self.fileBytes = fileBytes
        exact = plan.isExact
        selection = audit.chosen.map(SelectionLine.init)
        let deviation = verification.deviation
        self.verification = VerificationLine(
            images: deviation.images, maxAbsoluteError: deviation.maxAbsoluteError, maxRelativeError: deviation.maxRelativeError,
            agreement: deviation.agreement, bound: plan.isExact ? 0 : bound, tolerance: tolerance, source: source,
            exactPart: exactPart.map { part in
                ExactPart(
                    removed: audit.layers.reduce(0) { $0 + part.plan.removed(from: $1.bank.output).count },
                    maxAbsoluteError: part.verification.deviation.maxAbsoluteError, maxRelativeError: part.verification.deviation.maxRelativeError)
            },
            dense: verification.dense.map(EvaluationLine.init), compact: verification.compact.map(EvaluationLine.init))
        self.warnings = warnings
    }

    package var text: String {
        var table = Table([.left("layer"), .right("filters"), .right("kept"), .right("removed"), .right("carriers")])
        for layer in layers where !layer.removed.isEmpty || layer.carriers > 0 {
            table.add([layer.name, Format.count(layer.before), Format.count(layer.after), Format.count(layer.removed.count), Format.count(layer.carriers)])
        }
        var totals = Table([.left(""), .right("dense"), .right("compact"), .right("kept")])
        func add(_ name: String, _ change: Change, _ format: (Int) -> String) {
            totals.add([name, format(change.before), format(change.after), change.before == 0 ? "" : Format.percent(Double(change.after) / Double(change.before))])
        }
        let before = layers.reduce(0) { $0 + $1.before }, after = layers.reduce(0) { $0 + $1.after }
        add("filters", Change(before: before, after: after), Format.count)
        add("parameters", parameters, Format.count)
        if let macs { add("MACs an image", macs, Format.count) }
        add("file", fileBytes, Format.bytes)
        let lossy = selection.flatMap { $0.cut > 0 ? $0.text : nil }
        let removals = layers.allSatisfy { $0.removed.isEmpty } ? "nothing to cut: no dead filter can go\n" : table.text
        let notes = [alignment?.text, recalibrated ? "normalizations recalibrated over the corpus" : nil].compactMap { $0.map { "\($0)\n" } }.joined()
        let kind = exact ? "exact cut" : lossy ?? "approximate cut (small scales, or what was seen of data)"
        return "\(removals)\n\(totals.text)\(notes)\n\(verification.text(kind))"
    }
}

extension PruneReport.VerificationLine {
    fileprivate func text(_ kind: String) -> String {
        if images == 0 { return "not verified: the model cannot be run" }
        var lines = [
            "verified on \(Format.count(images)) \(source == "corpus" ? "images of the corpus" : "random images"): \(kind)",
            "  largest deviation  \(Format.scientific(maxAbsoluteError)), \(Format.scientific(maxRelativeError)) of the output's range (\(tolerance.map { "allowed \(Format.scientific($0))" } ?? "no limit given"))",
        ]
        if bound != 0 { lines.append("  bound              \(bound.map { "\(Format.scientific($0)) for activations as large as on these images" } ?? "not known")") }
        if let exactPart, exactPart.removed > 0 {
            lines.append("  its proven part    \(Format.scientific(exactPart.maxRelativeError)) of the range with \(Format.count(exactPart.removed)) filters cut")
        }
        if let agreement { lines.append("  same top class     \(Format.percent(agreement))") }
        if let dense, let compact {
            lines.append("  top-1 error        \(Format.digits(dense.top1Error)) % dense, \(Format.digits(compact.top1Error)) % compact")
        }
        return lines.joined(separator: "\n")
    }
}
