import Datasets

/// BasicNet under every optimizer and λ: Mehta et al. 2019, table 1 and supplement.
extension Experiment {
    static let optimizers = [
        Experiment(
            "table1-cifar10", "BasicNet on CIFAR-10: optimizers, L2 and weight decay (table 1, supplement)",
            dataset: .cifar10, classes: 10,
            rows: [
                grid(
                    "sgd", .l2, (2e-3, 54, 54, 30.9), (1e-3, 27, 27, 21.8), (5e-4, 9, 9, 16.3), (2e-4, 0, 0, 13.1),
                    (1e-4, 0, 0, 11.8), (1e-5, 0, 0, 10.5), (0, 0, 0, 11.3)),
                grid(
                    "adam", .l2, (1e-2, 82, 85, 21.3), (2e-3, 88, 86, 14.7), (1e-3, 85, 83, 13.1), (1e-4, 71, 70, 10.5),
                    (1e-5, 48, 48, 10.7), (1e-6, 24, 24, 10.9), (0, 3, 0, 11.0)),
                grid(
                    "adadelta", .l2, (1e-2, 97, 97, 36.8), (2e-3, 92, 92, 20.6), (1e-3, 89, 89, 16.7),
                    (5e-4, 82, 82, 13.6), (2e-4, 40, 40, 11.3), (1e-4, 1, 1, 10.2)),
                grid(
                    "adagrad", .l2, (2e-2, 75, 75, 11.3), (1e-2, 65, 65, 11.2), (5e-3, 56, 56, 11.3),
                    (1e-3, 27, 28, 11.9), (1e-4, 0, 0, 13.6)),
                grid(
                    "sgd", .weightDecay, (1e-2, 100, 100, 90.0), (1e-3, 27, 27, 21.6), (5e-4, 8, 8, 15.8),
                    (2e-4, 0, 0, 13.3), (1e-4, 0, 0, 12.4)),
                grid(
                    "adam", .weightDecay, (1e-2, 100, 100, 82.3), (1e-3, 90, 90, 27.8), (5e-4, 81, 81, 18.1),
                    (2e-4, 60, 60, 13.4), (1e-4, 40, 40, 11.2)),
                grid("amsgrad", .l2, (1e-2, 93, 93, 20.9), (1e-4, 51, 47, 9.9), (1e-6, 0, 0, 11.2)),
                grid("adamax", .l2, (1e-2, 75, 90, 16.4), (1e-4, 49, 50, 10.1), (1e-6, 4, 4, 11.3)),
                grid("rmsprop", .l2, (1e-2, 95, 95, 26.9), (1e-4, 72, 72, 10.4), (1e-6, 29, 29, 10.9)),
            ].flatMap(\.self)),
        Experiment(
            "table1-cifar100", "BasicNet on CIFAR-100: optimizers, L2 and weight decay (table 1, supplement)",
            dataset: .cifar100, classes: 100,
            rows: [
                grid(
                    "sgd", .l2, (2e-3, 69, 69, 64.8), (1e-3, 23, 23, 47.1), (5e-4, 4, 4, 42.1), (2e-4, 0, 0, 38.8),
                    (1e-4, 0, 0, 37.4), (1e-5, 0, 0, 39.0), (0, 0, 0, 40.1)),
                grid(
                    "adam", .l2, (1e-2, 87, 85, 69.7), (2e-3, 82, 81, 42.7), (1e-3, 77, 76, 39.0), (1e-4, 47, 47, 36.6),
                    (1e-5, 5, 5, 40.6), (1e-6, 0, 0, 40.5), (0, 0, 0, 40.3)),
                grid(
                    "adadelta", .l2, (1e-2, 98, 98, 84.1), (2e-3, 89, 89, 53.2), (1e-3, 82, 82, 46.3),
                    (5e-4, 61, 61, 39.1), (2e-4, 3, 3, 35.4), (1e-4, 1, 1, 35.9)),
                grid(
                    "adagrad", .l2, (2e-2, 88, 88, 63.3), (1e-2, 59, 59, 37.2), (5e-3, 24, 25, 35.9),
                    (1e-3, 1, 1, 37.3), (1e-4, 0, 0, 42.1)),
                grid(
                    "sgd", .weightDecay, (1e-2, 100, 100, 99.0), (1e-3, 23, 23, 47.6), (5e-4, 4, 4, 41.9),
                    (2e-4, 0, 0, 39.4), (1e-4, 0, 0, 37.7)),
                grid(
                    "adam", .weightDecay, (1e-2, 100, 100, 98.0), (1e-3, 81, 81, 55.3), (5e-4, 59, 59, 43.3),
                    (2e-4, 16, 16, 37.3), (1e-4, 3, 3, 36.2)),
                grid("amsgrad", .l2, (1e-2, 95, 95, 71.9), (1e-4, 20, 13, 35.6), (1e-6, 0, 0, 40.2)),
                grid("adamax", .l2, (1e-2, 74, 87, 51.8), (1e-4, 10, 10, 39.3), (1e-6, 0, 0, 39.8)),
                grid("rmsprop", .l2, (1e-2, 97, 97, 78.6), (1e-4, 48, 48, 36.3), (1e-6, 0, 0, 40.6)),
            ].flatMap(\.self)),
    ]

    /// A row for each λ, 0 being none, with the paper's filters dead by activation, dead by scale, and test error.
    private static func grid(
        _ optimizer: String, _ kind: Regularizer.Kind,
        _ runs: (lambda: Double, activation: Double, scale: Double, error: Double)...
    ) -> [ExperimentRow] {
        runs.map { lambda, activation, scale, error in
            ExperimentRow(
                .basicnet, optimizer, lambda == 0 ? .none : Regularizer(kind: kind, lambda: lambda),
                paper: PaperFigures(activation: activation, scale: scale, error: error))
        }
    }
}
