import Graphs

/// What there is to see of an audit.
extension AnalysisReport {
    /// The network before and after the cut.
    var networkSections: [Section] {
        network.isEmpty ? [] : [.figures("The two networks", [.network(networkChart)])]
    }

    /// Filter by filter: where capacity died.
    var filterSections: [Section] {
        // A file may tell of any number of filters; no network has more than these.
        var room = 1 << 20
        let lines = layers.map { layer in
            let filters = layer.filterLines(limit: room)
            room -= filters.count
            return (name: layer.name, filters: filters)
        }
        let all = lines.flatMap(\.filters)
        let charts = [
            shares("Filters by the percentage of images they answer to", lines, tenths, \.universality) {
                tenth(of: $0 / 100)
            },
            shares("Filters by the percentage of their activations that are 0", lines, tenths, \.zeroShare, tenth),
            peaks(lines),
        ].compactMap { $0 }.map(Section.chart)
        let table = Section.longTable(Self.table(all), needed: Set(all.indices.filter { all[$0].state != .alive }))
        return [.figures("Filters", charts + [scatter(all), kernels].compactMap(\.self) + [table])]
    }

    private var networkChart: NetworkChart {
        let audited = Dictionary(layers.map { ($0.name, $0) }) { first, _ in first }
        var seen: Set<String> = []
        return NetworkChart(
            calls: network.map { call in
                // A shared layer's filters are told where it is called first.
                let layer = seen.insert(call.name).inserted ? audited[call.name] : nil
                let dense = call.dense.shapeText, compact = call.compact?.shapeText
                return NetworkChart.Call(
                    name: call.name, kind: call.kind, inputs: call.inputs,
                    size: dense == compact ? dense : "\(dense) → \(compact ?? "cut away")",
                    filters: layer.map { layer in
                        NetworkChart.Filters(
                            // A file may tell of any number.
                            kept: max(
                                0, max(0, min(layer.filters, 1 << 40)) - layer.removable.count - layer.pinned.count),
                            pinned: layer.pinned.count, cut: layer.removable.count)
                    }, facts: call.facts + (layer.map(facts) ?? []))
            })
    }

    private func facts(of layer: LayerLine) -> [Item] {
        let reasons = Dictionary(grouping: layer.pinned, by: \.reason).sorted { $0.key < $1.key }
        let costs = Dictionary(pinnedBy.map { ($0.reason, $0) }) { first, _ in first }
        return [
            Item("cut", layer.removable.isEmpty ? nil : Format.ranges(layer.removable)),
            Item("proven from the weights", layer.proven.isEmpty ? nil : Format.ranges(layer.proven)),
        ]
            + reasons.map { reason, filters in
                let cost = costs[reason].map {
                    "this reason holds \(Format.count($0.filters)) filters and \(Format.count($0.parameters)) parameters in all"
                }
                return Item(
                    "pinned", "\(Format.ranges(filters.map(\.filter))): \(reason)",
                    details: [cost].compactMap(\.self))
            }
    }

    private var tenths: [String] { (0..<10).map { "\(10 * $0)–\(10 * $0 + 10)" } }

    private func tenth(of share: Double) -> Int { min(9, max(0, Int(10 * min(max(share, 0), 1)))) }

    /// How many filters of each layer have a number in each of `bins`; nil where no filter has one.
    private func shares(
        _ title: String, _ layers: [(name: String, filters: [FilterLine])], _ bins: [String],
        _ number: (FilterLine) -> Double?, _ bin: (Double) -> Int
    ) -> Chart? {
        let counted = layers.compactMap { layer -> (name: String, counts: [Int])? in
            let numbers = layer.filters.compactMap(number).filter { !$0.isNaN }
            if numbers.isEmpty { return nil }
            return (layer.name, numbers.reduce(into: Array(repeating: 0, count: bins.count)) { $0[bin($1)] += 1 })
        }
        if counted.isEmpty { return nil }
        return Chart(
            title: title, categories: counted.map(\.name),
            series: bins.indices.map { index in
                Chart.Series(name: bins[index], values: counted.map { Double($0.counts[index]) })
            }, kind: .cells)
    }

    /// How far the largest activations lie below the largest of their layer.
    private func peaks(_ layers: [(name: String, filters: [FilterLine])]) -> Chart? {
        let ends = [0, 1e-6, 1e-4, 1e-3, 1e-2, 0.1, 0.5],
            names = ["0", "–0.0001", "–0.01", "–0.1", "–1", "–10", "–50", "–100"]
        let most = Dictionary(layers.map { ($0.name, $0.filters.compactMap(\.largest).max() ?? 0) }) { first, _ in first
        }
        return shares(
            "Filters by their largest activation, in percent of the layer's largest", layers, names,
            { filter in
                filter.largest.map { largest in most[filter.layer].flatMap { $0 > 0 ? largest / $0 : nil } ?? 0 }
            }, { share in ends.firstIndex { share <= $0 } ?? ends.count })
    }

    /// γ and β of all batch normalizations; nil where there are none.
    private func scatter(_ filters: [FilterLine]) -> Section? {
        func group(_ name: String, _ isIn: (FilterLine) -> Bool) -> ScatterChart.Group? {
            let points = filters.compactMap { filter -> ScatterChart.Point? in
                guard let gamma = filter.gamma, let beta = filter.beta, max(abs(gamma), abs(beta)) < 1e30, isIn(filter)
                else { return nil }
                return ScatterChart.Point(x: gamma, y: beta, name: "\(filter.layer) \(filter.filter)")
            }
            return points.isEmpty ? nil : ScatterChart.Group(name: name, points: points)
        }
        func isAsleep(_ filter: FilterLine) -> Bool { filter.signs.contains("asleep in training") }
        func isDead(_ filter: FilterLine) -> Bool { filter.state == .cut || filter.state == .pinned }
        let groups = [
            group("alive") { $0.state == .alive && !isAsleep($0) },
            group("suspected by moving statistics") { $0.state == .suspected && !isAsleep($0) },
            group("asleep in every step of training") { isAsleep($0) && !isDead($0) },
            group("dead or chosen, pinned") { $0.state == .pinned }, group("cut") { $0.state == .cut },
        ].compactMap(\.self)
        if groups.isEmpty { return nil }
        return .scatter(ScatterChart(title: "γ and β of batch normalizations", x: "γ", y: "β", groups: groups))
    }

    /// The kernels of the first layer; nil where they are none to look at.
    private var kernels: Section? {
        guard let first = firstKernels, first.shape.count == 4,
            let layer = layers.first(where: { $0.name == first.layer }),
            let count = elementCount(first.shape), count == first.values.count, count > 0
        else { return nil }
        let (channels, filters) = (first.shape[2], first.shape[3])
        // A tap by itself is a number, not a picture.
        guard first.shape[0] * first.shape[1] > 1, filters == layer.filters else { return nil }
        return .kernels(
            KernelChart(
                title: "Kernels of \(first.layer)",
                kernels: layer.filterLines(limit: filters).map { line in
                    KernelChart.Kernel(
                        name: "filter \(line.filter): \(line.stateText)",
                        isMarked: line.state == .cut || line.state == .pinned, width: first.shape[1],
                        channels: channels,
                        values: stride(from: line.filter, to: count, by: filters).map { first.values[$0] })
                }))
    }

    private static func table(_ filters: [FilterLine]) -> Table {
        Table(
            of: filters, title: "All filters",
            [
                .left("layer"): { .text($0.layer) }, .right("filter"): { .count($0.filter) },
                .left("state"): { .text($0.stateText) }, .left("signs"): { .text($0.signs.joined(separator: ", ")) },
                .right("answers to, %"): { .digits($0.universality) },
                .right("zeros"): { .number($0.zeroShare, Format.percent) }, .right("largest"): { .digits($0.largest) },
                .right("γ"): { .digits($0.gamma) }, .right("β"): { .digits($0.beta) },
            ])
    }
}

extension FilterLine {
    fileprivate var stateText: String { reason.map { "\(state.rawValue): \($0)" } ?? state.rawValue }
}

extension NetworkLine {
    fileprivate var facts: [Item] {
        func change<Number: Equatable>(_ before: Number, _ after: Number?, _ text: (Number) -> String) -> String {
            after == before ? text(before) : "\(text(before)) → \(after.map(text) ?? "–")"
        }
        func count(_ number: Int?) -> String { number.map(Format.count) ?? "?" }
        let isCounted = dense.parameters > 0, isWork = dense.macs != 0
        return [
            Item("parameters", isCounted ? change(dense.parameters, compact?.parameters, Format.count) : nil),
            Item("MACs", isWork ? change(dense.macs, compact.map(\.macs), count) : nil),
        ]
    }
}

extension NetworkLine.Size {
    /// `56 × 56 × 64`.
    fileprivate var shapeText: String {
        outputShape.map { $0.map { $0.map(String.init) ?? "?" }.joined(separator: " × ") } ?? "?"
    }
}
