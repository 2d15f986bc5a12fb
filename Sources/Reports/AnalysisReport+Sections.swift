/// The audit as people read it.
extension AnalysisReport: Report {
    package static var kind: String { "audit" }
    package var subject: String { "Audit" }

    package var sections: [Section] {
        let notes = [suspicion, proof, sleep, keptAlive?.text].compactMap { $0 }.map(Section.note)
        let basis = [pixels.text, inputRange?.text ?? ""].filter { !$0.isEmpty } + declarations.map(\.text)
        return [.headline(headline), .table(signs)] + notes + pins + [.chart(chart)]
            + (opaqueTogether.map { [.note(OpaqueLine.advice(opaque, $0, of: totals.parameters.before))] } ?? [])
            + (sensitivityBasis.map { [.table(Table(sensitivity: sensitivity ?? [])), .note($0.text)] } ?? [])
            + (basis.isEmpty ? [] : [.paragraph(basis.joined(separator: "\n"))]) + networkSections + filterSections
    }

    /// The dead filters of every layer by sign, and what becomes of them.
    private var signs: Table {
        var table = Table([
            .left("layer"), .left("kind", rank: 6), .right("filters"), .right("activation", rank: 1),
            .right("scale", rank: 2), .right("weight", rank: 3),
            .right("unread", rank: 4), .right("statistics", rank: 7), .right("range", rank: 5),
            .right("proven", rank: 1), .right("dead"), .right("removable"), .right("pinned"),
        ])
        for layer in layers {
            let dead = layer.dead
            table.add(
                [.text(layer.name), .text(layer.kind), .count(layer.filters)]
                    + [
                        dead.activation, dead.scale, dead.weight, dead.unread, dead.statistics, dead.range,
                        layer.proven,
                        layer.deadFilters, layer.removable,
                    ].map { .count($0?.count) } + [.count(layer.pinned.count)])
        }
        table.add(
            ["total", ""]
                + [
                    totals.filters, totals.deadByActivation, totals.deadByScale, totals.deadByWeight,
                    totals.deadUnread, totals.deadByStatistics, totals.deadByRange,
                    layers.reduce(0) { $0 + $1.proven.count }, totals.dead,
                    totals.removable, totals.pinned,
                ].map { .count($0) })
        return table
    }

    private var chart: Chart {
        func series(_ name: String, _ filters: (LayerLine) -> Int) -> Chart.Series {
            Chart.Series(name: name, values: layers.map { Double(filters($0)) })
        }
        return Chart(
            title: "Filters", categories: layers.map(\.name),
            series: [
                series("all") { $0.filters }, series("dead") { $0.deadFilters.count },
                series("removable") { $0.removable.count },
            ], kind: .bars)
    }

    /// How many filters can go, and what that takes off.
    private var headline: String {
        let corpus =
            switch (images, watchedUpTo.isEmpty) {
            case (0, true): "no corpus: activations were not looked at"
            case (0, false):
                "activations were not looked at: nothing comes before \(Format.names(watchedUpTo)), which cannot be evaluated"
            case (_, true): "activations over \(Format.count(images)) images"
            case (_, false):
                "activations over \(Format.count(images)) images, up to \(Format.names(watchedUpTo)), which cannot be evaluated"
            }
        let chosen = totals.chosen == 0 ? "" : " and \(Format.count(totals.chosen)) more are chosen"
        let passing = totals.inPassing == 0 ? "" : " (\(Format.count(totals.inPassing)) of them in passing)"
        func change(_ change: PruneReport.Change, _ what: String) -> String {
            let share = change.share.map { 1 - $0 } ?? 0
            return
                "\(Format.percent(share)) of the \(what) (\(Format.count(change.before)) → \(Format.count(change.after)))"
        }
        let work = totals.macs.map { " and \(change($0, "MACs"))" } ?? ""
        return """
            \(Format.count(totals.dead)) of \(Format.count(totals.filters)) filters are dead\(chosen) (\(corpus)): \(Format.count(totals.removable)) can go by \
            \(criteria.joined(separator: ", "))\(passing), \(Format.count(totals.pinned)) are pinned
            what can go takes \(change(totals.parameters, "parameters"))\(work)
            """
    }

    /// The filters that statistics suspect, apart from the dead.
    private var suspicion: String? {
        if totals.suspected == 0 { return nil }
        return
            "suspected by moving statistics, not counted as dead: \(Format.count(totals.suspected)) (--criteria …,statistics counts and cuts them)"
    }

    /// What the input range proves, where that is no criterion, and of filters that never rest.
    private var proof: String? {
        let isSelected = criteria.contains("range"), dead = totals.deadByRange ?? 0, linear = totals.linear ?? 0
        let known = layers.reduce(0) { $0 + Set($1.dead.range ?? []).intersection($1.deadFilters).count }
        let parts = [
            dead > known && !isSelected
                ? "proven dead for every input inside the range, not counted as dead: \(Format.count(dead - known)) (--criteria …,range counts and cuts them)"
                : nil,
            linear > 0
                ? "filters whose ReLU never closes for any input inside the range: \(Format.count(linear))" : nil,
        ].compactMap { $0 }
        return parts.isEmpty ? nil : parts.joined(separator: "\n")
    }

    /// The filters that training keeps asleep by its own statistics.
    private var sleep: String? {
        guard let trainingBatch, let count = totals.asleepInTraining else { return nil }
        return
            "asleep in every step of training on \(Format.count(trainingBatch)) images by its batch statistics: \(Format.count(count)) (says nothing of inference, and is no reason to cut)"
    }

    /// The reasons why dead filters stay, with the layers they hold and what they cost.
    private var pins: [Section] {
        if pinnedBy.isEmpty { return [] }
        let table = Table(
            of: pinnedBy,
            [
                .right("filters"): { .count($0.filters) }, .right("parameters"): { .count($0.parameters) },
                .right("MACs"): { .count($0.macs, missing: "?") }, .left("pinned because"): { .text($0.reason) },
            ])
        return [
            .table(table),
            .note(
                "Parameters and MACs: of the weights that make these filters and those that read them, each filter by itself."
            ),
        ]
    }
}
