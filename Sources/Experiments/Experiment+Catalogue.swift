import Datasets

extension Experiment {
    /// All that can be asked for by name, beside `ScaleDecay`.
    package static let all =
        optimizers + layerwise + variants + large + figured + [
            Experiment(
                "yaguchi", "A perceptron of 1000 hidden units on MNIST-like data (Yaguchi et al. 2018)",
                dataset: .mnist, classes: 10, images: 60_000,
                epochs: [25, 25, 25, 25], referenceBatch: 64, drop: 0.5, sign: .weight,
                note: "optimizers and λ are a choice of ours; the dead are those whose weights are nearly 0",
                rows: [("sgd", Regularizer.l2(1e-4)), ("adam", .l2(1e-4)), ("adam", .l2(1e-5)), ("adam", .none)].map {
                    ExperimentRow(.mlp, $0, $1, batch: 64)
                })
        ]

    /// Runs of the first table, looked at more closely.
    private static let figured = optimizers.map { table in
        Experiment(
            table.name.replacing("table1", with: "figures"),
            "BasicNet on \(table.dataset == .cifar10 ? "CIFAR-10" : "CIFAR-100"): scales over the epochs (figures 2, S1), universality (figures 3, 5, S2)",
            dataset: table.dataset, classes: table.classes, figures: [.scales, .universality],
            note: "which runs are looked at is a choice of ours",
            rows: ["adam-l2-1e-4", "amsgrad-l2-1e-4", "adam-wd-1e-4", "sgd-l2-1e-4"].compactMap { label in
                table.rows.first { $0.label == label }
            })
    }
}
