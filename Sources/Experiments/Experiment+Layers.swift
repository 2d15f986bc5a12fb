import Datasets

/// BasicNet layer by layer: Mehta et al. 2019, table 2 and supplement.
extension Experiment {
    static let layerwise = [
        Experiment(
            "layers-cifar10", "BasicNet on CIFAR-10: dead filters layer by layer, and the error once they are cut",
            dataset: .cifar10, classes: 10,
            rows: [
                row("adam", .l2(1e-3), [59, 57, 42, 74, 76, 97, 98], 83, 97, 13.1, 13.5),
                row("adam", .l2(1e-4), [44, 22, 6, 45, 54, 96, 95], 70, 90, 10.5, 10.5),
                row("adam", .weightDecay(2e-4), [57, 27, 9, 19, 46, 77, 91], 60, 83, 13.4, 13.4),
                row("adam", .weightDecay(1e-4), [45, 4, 0, 0, 14, 51, 78], 40, 63, 11.2, 11.2),
                row("sgd", .l2(1e-3), [86, 61, 53, 46, 65, 4, 0], 27, 38, 21.8, 21.8),
                row("sgd", .l2(5e-4), [68, 16, 9, 9, 24, 0, 0], 9, 13, 16.3, 16.5),
            ]),
        Experiment(
            "layers-cifar100", "BasicNet on CIFAR-100: dead filters layer by layer, and the error once they are cut",
            dataset: .cifar100, classes: 100,
            rows: [
                row("adam", .l2(1e-3), [56, 47, 43, 68, 72, 91, 85], 76, 95, 39.0, 39.3),
                row("adam", .l2(1e-4), [41, 20, 9, 33, 34, 67, 55], 47, 74, 36.6, 36.6),
                row("adam", .weightDecay(2e-4), [55, 20, 3, 4, 2, 16, 26], 16, 27, 37.3, 37.3),
                row("adam", .weightDecay(1e-4), [38, 4, 0, 0, 0, 0, 5], 3, 4, 36.2, 36.2),
                row("sgd", .l2(1e-3), [82, 41, 33, 29, 33, 6, 18], 23, 34, 47.1, 47.1),
                row("sgd", .l2(5e-4), [64, 3, 3, 3, 2, 0, 2], 4, 4, 42.1, 42.1),
                row("sgd", .weightDecay(1e-3), [82, 43, 31, 28, 33, 6, 17], 23, 34, 47.6, 47.6),
                row("sgd", .weightDecay(5e-4), [66, 2, 1, 4, 2, 0, 1], 4, 4, 41.9, 41.9),
            ]),
    ]

    private static func row(
        _ optimizer: String, _ regularizer: Regularizer, _ layers: [Double], _ total: Double, _ parameters: Double,
        _ before: Double, _ after: Double
    ) -> ExperimentRow {
        ExperimentRow(
            .basicnet, optimizer, regularizer,
            paper: PaperFigures(
                scale: total, error: before, errorAfter: after, layers: layers, parametersCut: parameters))
    }
}
