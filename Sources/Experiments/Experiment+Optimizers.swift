import Datasets

/// BasicNet under every optimizer and λ: Mehta et al. 2019, table 1 and supplement.
extension Experiment {
    static let optimizers = [
        Experiment(
            "table1-cifar10", "BasicNet on CIFAR-10: optimizers, L2 and weight decay (table 1, supplement)",
            dataset: .cifar10, classes: 10,
            rows: grid([
                (
                    "sgd", l2([2e-3, 1e-3, 5e-4, 2e-4, 1e-4, 1e-5, 0]),
                    [
                        [54, 54, 30.9], [27, 27, 21.8], [9, 9, 16.3], [0, 0, 13.1], [0, 0, 11.8], [0, 0, 10.5],
                        [0, 0, 11.3],
                    ]
                ),
                (
                    "adam", l2([1e-2, 2e-3, 1e-3, 1e-4, 1e-5, 1e-6, 0]),
                    [
                        [82, 85, 21.3], [88, 86, 14.7], [85, 83, 13.1], [71, 70, 10.5], [48, 48, 10.7], [24, 24, 10.9],
                        [3, 0, 11.0],
                    ]
                ),
                (
                    "adadelta", l2([1e-2, 2e-3, 1e-3, 5e-4, 2e-4, 1e-4]),
                    [
                        [97, 97, 36.8], [92, 92, 20.6], [89, 89, 16.7], [82, 82, 13.6], [40, 40, 11.3], [1, 1, 10.2],
                    ]
                ),
                (
                    "adagrad", l2([2e-2, 1e-2, 5e-3, 1e-3, 1e-4]),
                    [[75, 75, 11.3], [65, 65, 11.2], [56, 56, 11.3], [27, 28, 11.9], [0, 0, 13.6]]
                ),
                (
                    "sgd", decay([1e-2, 1e-3, 5e-4, 2e-4, 1e-4]),
                    [[100, 100, 90.0], [27, 27, 21.6], [8, 8, 15.8], [0, 0, 13.3], [0, 0, 12.4]]
                ),
                (
                    "adam", decay([1e-2, 1e-3, 5e-4, 2e-4, 1e-4]),
                    [[100, 100, 82.3], [90, 90, 27.8], [81, 81, 18.1], [60, 60, 13.4], [40, 40, 11.2]]
                ),
                ("amsgrad", l2([1e-2, 1e-4, 1e-6]), [[93, 93, 20.9], [51, 47, 9.9], [0, 0, 11.2]]),
                ("adamax", l2([1e-2, 1e-4, 1e-6]), [[75, 90, 16.4], [49, 50, 10.1], [4, 4, 11.3]]),
                ("rmsprop", l2([1e-2, 1e-4, 1e-6]), [[95, 95, 26.9], [72, 72, 10.4], [29, 29, 10.9]]),
            ])),
        Experiment(
            "table1-cifar100", "BasicNet on CIFAR-100: optimizers, L2 and weight decay (table 1, supplement)",
            dataset: .cifar100, classes: 100,
            rows: grid([
                (
                    "sgd", l2([2e-3, 1e-3, 5e-4, 2e-4, 1e-4, 1e-5, 0]),
                    [
                        [69, 69, 64.8], [23, 23, 47.1], [4, 4, 42.1], [0, 0, 38.8], [0, 0, 37.4], [0, 0, 39.0],
                        [0, 0, 40.1],
                    ]
                ),
                (
                    "adam", l2([1e-2, 2e-3, 1e-3, 1e-4, 1e-5, 1e-6, 0]),
                    [
                        [87, 85, 69.7], [82, 81, 42.7], [77, 76, 39.0], [47, 47, 36.6], [5, 5, 40.6], [0, 0, 40.5],
                        [0, 0, 40.3],
                    ]
                ),
                (
                    "adadelta", l2([1e-2, 2e-3, 1e-3, 5e-4, 2e-4, 1e-4]),
                    [[98, 98, 84.1], [89, 89, 53.2], [82, 82, 46.3], [61, 61, 39.1], [3, 3, 35.4], [1, 1, 35.9]]
                ),
                (
                    "adagrad", l2([2e-2, 1e-2, 5e-3, 1e-3, 1e-4]),
                    [[88, 88, 63.3], [59, 59, 37.2], [24, 25, 35.9], [1, 1, 37.3], [0, 0, 42.1]]
                ),
                (
                    "sgd", decay([1e-2, 1e-3, 5e-4, 2e-4, 1e-4]),
                    [[100, 100, 99.0], [23, 23, 47.6], [4, 4, 41.9], [0, 0, 39.4], [0, 0, 37.7]]
                ),
                (
                    "adam", decay([1e-2, 1e-3, 5e-4, 2e-4, 1e-4]),
                    [[100, 100, 98.0], [81, 81, 55.3], [59, 59, 43.3], [16, 16, 37.3], [3, 3, 36.2]]
                ),
                ("amsgrad", l2([1e-2, 1e-4, 1e-6]), [[95, 95, 71.9], [20, 13, 35.6], [0, 0, 40.2]]),
                ("adamax", l2([1e-2, 1e-4, 1e-6]), [[74, 87, 51.8], [10, 10, 39.3], [0, 0, 39.8]]),
                ("rmsprop", l2([1e-2, 1e-4, 1e-6]), [[97, 97, 78.6], [48, 48, 36.3], [0, 0, 40.6]]),
            ])),
    ]

    private static func l2(_ lambdas: [Double]) -> [Regularizer] { lambdas.map { $0 == 0 ? .none : .l2($0) } }
    private static func decay(_ lambdas: [Double]) -> [Regularizer] { lambdas.map(Regularizer.weightDecay) }

    /// A row for each regularizer, with the paper's filters dead by activation, dead by scale, and test error.
    private static func grid(_ lines: [(optimizer: String, regularizers: [Regularizer], figures: [[Double]])])
        -> [ExperimentRow]
    {
        lines.flatMap { line in
            zip(line.regularizers, line.figures).map { regularizer, figures in
                ExperimentRow(
                    .basicnet, line.optimizer, regularizer,
                    paper: PaperFigures(activation: figures[0], scale: figures[1], error: figures[2]))
            }
        }
    }
}
