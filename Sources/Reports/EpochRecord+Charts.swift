import Training

extension [EpochRecord] {
    /// Over the epochs, or as many of them as there is room for: the share of dead filters of each layer, then the
    /// quantiles of each layer's γ and β (figure 2 of Mehta et al. 2019).
    var layerCharts: [Chart] {
        let step = Swift.max(1, (count + 11) / 12)
        let shown = indices.filter { $0 % step == 0 || $0 == count - 1 }.map { self[$0] }
        let names = last?.layers.map(\.layer) ?? []
        if names.isEmpty { return [] }
        func layer(_ name: String, _ record: EpochRecord) -> ScaleSummary? { record.layers.first { $0.layer == name } }
        let dead = Chart(
            title: "Filters dead by scale after each epoch",
            categories: names,
            series: shown.map { record in
                Chart.Series(
                    name: "\(record.epoch)", values: names.map { layer($0, record).map { Double($0.dead) } })
            }, kind: .cells)
        let quantiles = [("5 %", 1), ("median", 3), ("95 %", 5)]
        return [dead]
            + names.prefix(64).flatMap { name in
                [("γ", \ScaleSummary.gamma), ("β", \ScaleSummary.beta)].map { symbol, values in
                    Chart(
                        title: "\(symbol) of \(name)", categories: map { "\($0.epoch)" },
                        series: quantiles.map { title, index in
                            Chart.Series(
                                name: title,
                                values: map { record in
                                    layer(name, record).flatMap { summary in
                                        let values = summary[keyPath: values]
                                        return values.indices.contains(index) ? Double(values[index]) : nil
                                    }
                                })
                        })
                }
            }
    }
}
