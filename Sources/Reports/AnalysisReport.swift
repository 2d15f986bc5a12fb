import Graphs
import Sparsity
import Surgery

/// The state of every filter: the answer of `analyze`.
package struct AnalysisReport: Encodable, Sendable {
    package let schema = 1
    /// Images looked at; 0 without a corpus.
    package let images: Int
    /// How they were fed.
    package let pixels: FedPixels
    /// The layers that cannot be evaluated and end what could be looked at; empty where all filters were.
    package let watchedUpTo: [String]
    /// The criteria by which `removable` was decided.
    package let criteria: [String]
    package let layers: [LayerLine]
    package let totals: Totals
    /// Why dead or chosen filters stay, and what each reason costs; the costliest first.
    package let pinnedBy: [PinnedBy]

    package struct LayerLine: Encodable, Sendable {
        package let name: String
        package let kind: String
        package let filters: Int
        package let dead: Dead
        /// Dead filters whose death follows from the weights; the others were only seen to be dead.
        package let proven: [Int]
        package let removable: [Int]
        /// Filters chosen to go though nothing says that they are dead.
        package let chosen: [Int]
        package let pinned: [Pinned]
        /// Percent of images each filter answers to; null without a corpus.
        package let universality: [Double]?

        private enum Keys: String, CodingKey { case name, kind, filters, dead, proven, removable, chosen, pinned, universality }

        package func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: Keys.self)
            try container.encode(name, forKey: .name)
            try container.encode(kind, forKey: .kind)
            try container.encode(filters, forKey: .filters)
            try container.encode(dead, forKey: .dead)
            try container.encode(proven, forKey: .proven)
            try container.encode(removable, forKey: .removable)
            try container.encode(chosen, forKey: .chosen)
            try container.encode(pinned, forKey: .pinned)
            try container.encode(universality, forKey: .universality)
        }
    }

    /// Dead filters by criterion; null where a criterion does not apply or was not looked at.
    package struct Dead: Encodable, Sendable {
        package let activation: [Int]?
        package let scale: [Int]?
        package let weight: [Int]
        package let unread: [Int]
        package let statistics: [Int]?

        private enum Keys: String, CodingKey { case activation, scale, weight, unread, statistics }

        package func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: Keys.self)
            try container.encode(activation, forKey: .activation)
            try container.encode(scale, forKey: .scale)
            try container.encode(weight, forKey: .weight)
            try container.encode(unread, forKey: .unread)
            try container.encode(statistics, forKey: .statistics)
        }
    }

    package struct Pinned: Encodable, Sendable {
        package let filter: Int
        package let reason: String
    }

    /// What one reason keeps in the network: the filters it holds and, each filter by itself, the weights that make and read
    /// them and the multiplications these take for one image.
    package struct PinnedBy: Encodable, Sendable {
        package let reason: String
        /// The reason without the layer it is about.
        package let category: String
        package let filters: Int
        package let parameters: Int
        /// Null where a shape depends on the input.
        package let macs: Int?

        private enum Keys: String, CodingKey { case reason, category, filters, parameters, macs }

        package func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: Keys.self)
            try container.encode(reason, forKey: .reason)
            try container.encode(category, forKey: .category)
            try container.encode(filters, forKey: .filters)
            try container.encode(parameters, forKey: .parameters)
            try container.encode(macs, forKey: .macs)
        }
    }

    package struct Totals: Encodable, Sendable {
        package let filters: Int
        /// Filters dead by at least one criterion.
        package let dead: Int
        package let deadByActivation: Int?
        package let deadByScale: Int
        package let deadByWeight: Int
        package let deadUnread: Int
        package let deadByStatistics: Int
        package let removable: Int
        package let pinned: Int
    }

    /// `watchedUpTo`: the layers that ended the run over the images.
    package init(_ audit: Audit, images: Int, pixels: FedPixels = FedPixels(), watchedUpTo: [String] = [], criteria: Set<Criterion>) {
        self.images = images
        self.pixels = pixels
        self.watchedUpTo = watchedUpTo
        self.criteria = Criterion.allCases.filter(criteria.contains).map(\.rawValue)
        layers = audit.layers.map { layer in
            LayerLine(
                name: layer.bank.name, kind: layer.bank.kind, filters: layer.bank.filters,
                dead: Dead(
                    activation: layer.dead[.activation], scale: layer.dead[.scale], weight: layer.dead[.weight] ?? [], unread: layer.dead[.unread] ?? [],
                    statistics: layer.dead[.statistics]),
                proven: layer.proven, removable: layer.removable, chosen: layer.chosen, pinned: layer.pinned.map { Pinned(filter: $0.filter, reason: $0.reason.description) },
                universality: layer.universality)
        }
        func total(_ criterion: Criterion) -> Int { audit.layers.reduce(0) { $0 + ($1.dead[criterion]?.count ?? 0) } }
        totals = Totals(
            filters: audit.layers.reduce(0) { $0 + $1.bank.filters }, dead: audit.layers.reduce(0) { $0 + $1.deadFilters.count },
            deadByActivation: images > 0 ? total(.activation) : nil, deadByScale: total(.scale), deadByWeight: total(.weight), deadUnread: total(.unread),
            deadByStatistics: total(.statistics), removable: audit.layers.reduce(0) { $0 + $1.removable.count },
            pinned: audit.layers.reduce(0) { $0 + $1.pinned.count })
        pinnedBy = audit.pinCosts.map {
            PinnedBy(reason: $0.reason.description, category: $0.reason.category, filters: $0.filters, parameters: $0.parameters, macs: $0.macs)
        }
    }

    package var text: String {
        var table = Table([
            .left("layer"), .left("kind"), .right("filters"), .right("activation"), .right("scale"), .right("weight"), .right("unread"), .right("statistics"),
            .right("proven"), .right("removable"), .right("pinned"),
        ])
        func count(_ list: [Int]?) -> String { list.map { Format.count($0.count) } ?? "–" }
        for layer in layers {
            table.add([
                layer.name, layer.kind, Format.count(layer.filters), count(layer.dead.activation), count(layer.dead.scale), count(layer.dead.weight),
                count(layer.dead.unread), count(layer.dead.statistics), count(layer.proven), count(layer.removable), Format.count(layer.pinned.count),
            ])
        }
        table.add([
            "total", "", Format.count(totals.filters), totals.deadByActivation.map(Format.count) ?? "–", Format.count(totals.deadByScale),
            Format.count(totals.deadByWeight), Format.count(totals.deadUnread), Format.count(totals.deadByStatistics),
            Format.count(layers.reduce(0) { $0 + $1.proven.count }), Format.count(totals.removable), Format.count(totals.pinned),
        ])
        let watched = switch (images, watchedUpTo.isEmpty) {
        case (0, true): "no corpus: activations were not looked at"
        case (0, false): "activations were not looked at: nothing comes before \(Format.names(watchedUpTo)), which cannot be evaluated"
        case (_, true): "activations over \(Format.count(images)) images"
        case (_, false): "activations over \(Format.count(images)) images, up to \(Format.names(watchedUpTo)), which cannot be evaluated"
        }
        return """
            \(Format.count(totals.dead)) of \(Format.count(totals.filters)) filters are dead by some criterion (\(watched)); \
            removable by \(criteria.joined(separator: ", ")): \(Format.count(totals.removable))

            \(table.text)\(pinnedText)\(pixels.inputs.isEmpty ? "" : "\n\(pixels.text)")
            """
    }

    /// The reasons why dead filters stay, with the layers they hold and what they cost.
    private var pinnedText: String {
        if pinnedBy.isEmpty { return "" }
        var table = Table([.right("filters"), .right("parameters"), .right("MACs"), .left("pinned because")])
        for pin in pinnedBy { table.add([Format.count(pin.filters), Format.count(pin.parameters), pin.macs.map(Format.count) ?? "?", pin.reason]) }
        return "\n\(table.text)Parameters and MACs: of the weights that make these filters and those that read them, each filter by itself."
    }
}
