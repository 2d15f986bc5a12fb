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
        return Table(
            (figures + layers).map(Table.Column.right),
            rows: map { record in
                [.count(record.epoch)]
                    + [
                        record.learningRate, record.loss, record.top1Error, record.top5Error, record.testLoss,
                        record.testTop1Error, record.testTop5Error, record.sparsity,
                    ].map(Cell.digits)
                    + record.layers.flatMap { layer in
                        [.count(layer.dead)]
                            + (layer.gamma + layer.beta).map { .number($0) { Format.digits(Double($0)) } }
                    }
            })
    }
}
