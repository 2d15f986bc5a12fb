/// The audit on the terminal.
extension AnalysisReport {
    package var text: String {
        var table = Table([
            .left("layer"), .left("kind"), .right("filters"), .right("activation"), .right("scale"), .right("weight"),
            .right("unread"), .right("statistics"),
            .right("proven"), .right("dead"), .right("removable"), .right("pinned"),
        ])
        func count(_ list: [Int]?) -> String { list.map { Format.count($0.count) } ?? "–" }
        for layer in layers {
            table.add([
                layer.name, layer.kind, Format.count(layer.filters), count(layer.dead.activation),
                count(layer.dead.scale), count(layer.dead.weight),
                count(layer.dead.unread), count(layer.dead.statistics), count(layer.proven), count(layer.deadFilters),
                count(layer.removable),
                Format.count(layer.pinned.count),
            ])
        }
        table.add([
            "total", "", Format.count(totals.filters), totals.deadByActivation.map(Format.count) ?? "–",
            Format.count(totals.deadByScale),
            Format.count(totals.deadByWeight), Format.count(totals.deadUnread), Format.count(totals.deadByStatistics),
            Format.count(layers.reduce(0) { $0 + $1.proven.count }), Format.count(totals.dead),
            Format.count(totals.removable), Format.count(totals.pinned),
        ])
        return
            "\(headline)\n\n\(table.text)\(suspicion)\(keptAlive.map { "\($0.text)\n" } ?? "")\(pinnedText)\(advice)\(pixels.inputs.isEmpty ? "" : "\n\(pixels.text)")\(declarations.text)"
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
            let share = change.before == 0 ? 0 : Double(change.before - change.after) / Double(change.before)
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

    /// What layers that are not understood hold, and what would free it.
    private var advice: String {
        opaqueTogether.map { OpaqueLine.advice(opaque, $0, of: totals.parameters.before) } ?? ""
    }

    /// The filters that statistics suspect, apart from the dead.
    private var suspicion: String {
        if totals.suspected == 0 { return "" }
        return
            "suspected by moving statistics, not counted as dead: \(Format.count(totals.suspected)) (--criteria …,statistics counts and cuts them)\n"
    }

    /// The reasons why dead filters stay, with the layers they hold and what they cost.
    private var pinnedText: String {
        if pinnedBy.isEmpty { return "" }
        var table = Table([.right("filters"), .right("parameters"), .right("MACs"), .left("pinned because")])
        for pin in pinnedBy {
            table.add([
                Format.count(pin.filters), Format.count(pin.parameters), pin.macs.map(Format.count) ?? "?", pin.reason,
            ])
        }
        return
            "\n\(table.text)Parameters and MACs: of the weights that make these filters and those that read them, each filter by itself.\n"
    }
}
