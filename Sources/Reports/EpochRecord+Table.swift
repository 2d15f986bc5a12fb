import Training

extension [EpochRecord] {
    /// A row for each epoch; for each layer a column for its dead filters and one for each quantile of its γ and β.
    package var table: Table {
        let shares = ["min", "q05", "q25", "q50", "q75", "q95", "max"]
        let layers = (first?.layers ?? []).flatMap { layer in
            ["\(layer.layer):dead"]
                + [("gamma", layer.gamma), ("beta", layer.beta)].flatMap { name, values in
                    zip(shares, values).map { share, _ in "\(layer.layer):\(name):\(share)" }
                }
        }
        let figures = [
            "epoch", "learningRate", "loss", "top1Error", "top5Error", "testLoss", "testTop1Error", "testTop5Error",
            "sparsity",
        ]
        let columns = (figures + layers).map { Table.Column.right($0) }
        return Table(
            columns,
            rows: map { record in
                let figures: [Cell] =
                    [.count(record.epoch)]
                    + [
                        record.learningRate, record.loss, record.top1Error, record.top5Error, record.testLoss,
                        record.testTop1Error, record.testTop5Error, record.sparsity,
                    ].map(Cell.digits)
                let cells = record.layers.reduce(into: figures) { cells, layer in
                    cells.append(.count(layer.dead))
                    cells += (layer.gamma + layer.beta).map { .number($0) { Format.digits(Double($0)) } }
                }
                // A history is read from a file: it may have other layers in another epoch.
                return columns.indices.map { cells.indices.contains($0) ? cells[$0] : .missing }
            })
    }
}
