import Datasets

/// BasicNet in other batches, widths and with other options: Mehta et al. 2019 and supplement. Adam with L2 throughout.
extension Experiment {
    static let variants = [
        Experiment(
            "batch-cifar10", "BasicNet on CIFAR-10: batch sizes", dataset: .cifar10, classes: 10,
            rows: batches(1e-3, [(20, 15.2, 82), (40, 13.1, 83), (80, 12.2, 80)])
                + batches(1e-4, [(20, 11.1, 70), (40, 10.5, 70), (80, 10.1, 66), (160, 10.6, 61)])),
        Experiment(
            "batch-cifar100", "BasicNet on CIFAR-100: batch sizes", dataset: .cifar100, classes: 100,
            rows: batches(1e-3, [(20, 45.3, 79), (40, 39.0, 76), (80, 37.1, 67)])
                + batches(1e-4, [(20, 35.2, 57), (40, 36.6, 46), (80, 41.1, 35), (160, 44.3, 29)])),
        Experiment(
            "width-cifar10", "BasicNet on CIFAR-10: widths", dataset: .cifar10, classes: 10,
            rows: [
                ExperimentRow(paper: PaperFigures(scale: 70, error: 10.5)),
                ExperimentRow(width: 0.5, paper: PaperFigures(scale: 51, error: 11.0)),
                ExperimentRow(
                    width: 0.25, paper: PaperFigures(scale: 23, error: 13.4, trainingLoss: 0.22, testLoss: 0.44)),
            ]),
        Experiment(
            "width-cifar100", "BasicNet on CIFAR-100: widths", dataset: .cifar100, classes: 100,
            rows: [
                ExperimentRow(paper: PaperFigures(scale: 46, error: 36.6)),
                ExperimentRow(width: 0.5, paper: PaperFigures(scale: 10, error: 39.8)),
                ExperimentRow(
                    width: 0.25, paper: PaperFigures(scale: 0, error: 43.4, trainingLoss: 0.51, testLoss: 2.05)),
            ]),
        Experiment(
            "variants-cifar10", "BasicNet on CIFAR-10: leaky ReLU, initial shifts, rates of γ and β", dataset: .cifar10,
            classes: 10, note: "the paper has these on CIFAR-100 alone; here short runs have something to kill",
            rows: [
                ExperimentRow(), ExperimentRow(leakySlope: 0.01), ExperimentRow(leakySlope: 0.1),
                ExperimentRow(beta: 1), ExperimentRow(gammaRate: 0.1), ExperimentRow(betaRate: 0.1),
            ]),
        Experiment(
            "variants-cifar100",
            "BasicNet on CIFAR-100: leaky ReLU, initial shifts, rates of γ and β, AMSGrad (supplement)",
            dataset: .cifar100, classes: 100,
            rows: [
                ExperimentRow(paper: PaperFigures(scale: 47, error: 36.6)),
                ExperimentRow(.basicnet, "amsgrad", paper: PaperFigures(scale: 13, error: 35.6)),
                ExperimentRow(leakySlope: 0.01, paper: PaperFigures(scale: 41, error: 36.8)),
                ExperimentRow(leakySlope: 0.1, paper: PaperFigures(scale: 43, error: 37.3)),
                ExperimentRow(beta: -0.1, paper: PaperFigures(scale: 46, error: 37.2)),
                ExperimentRow(beta: 1, paper: PaperFigures(scale: 53, error: 38.4)),
                ExperimentRow(gammaRate: 0.1, paper: PaperFigures(scale: 33, error: 35.0)),
                ExperimentRow(betaRate: 0.1, paper: PaperFigures(scale: 51, error: 37.1)),
            ]),
    ]

    private static func batches(_ lambda: Double, _ figures: [(batch: Int, error: Double, scale: Double)])
        -> [ExperimentRow]
    {
        figures.map {
            ExperimentRow(
                .basicnet, "adam", .l2(lambda), batch: $0.batch, paper: PaperFigures(scale: $0.scale, error: $0.error))
        }
    }
}
