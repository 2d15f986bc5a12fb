import Datasets
import Training

/// Larger images and networks: Mehta et al. 2019, the later tables.
extension Experiment {
    static let large = [
        Experiment(
            "tiny-imagenet", "BasicNet on TinyImageNet: batch sizes", dataset: .tinyImageNet, classes: 200,
            images: 100_000, epochs: [250, 75, 75], note: taken,
            rows: [
                ExperimentRow(.basicnet, "sgd", paper: PaperFigures(scale: 0, error: 45.0, top5Error: 22.7)),
                ExperimentRow(batch: 20, paper: PaperFigures(scale: 63, error: 47.7, top5Error: 22.8)),
                ExperimentRow(batch: 40, paper: PaperFigures(scale: 48, error: 48.4, top5Error: 24.7)),
                ExperimentRow(batch: 120, paper: PaperFigures(scale: 26, error: 48.8, top5Error: 27.4)),
            ]),
        Experiment(
            "imagenet", "BasicNet on ImageNet: batch sizes", dataset: .folder, classes: 1000, images: 1_281_167,
            epochs: [15, 15, 10], referenceBatch: 64,
            rows: [
                ExperimentRow(batch: 64, paper: PaperFigures(scale: 0.2, error: 38.0, top5Error: 15.9)),
                ExperimentRow(batch: 256, paper: PaperFigures(scale: 0, error: 32.9, top5Error: 12.5)),
            ]),
        Experiment(
            "vgg16-cifar10", "VGG-16 on CIFAR-10: batch sizes", dataset: .cifar10, classes: 10, note: taken,
            rows: vgg(.vgg16, [(40, 86, 7.2), (80, 84, 7.0), (160, 83, 6.5)])),
        Experiment(
            "vgg16-cifar100", "VGG-16 on CIFAR-100: batch sizes", dataset: .cifar100, classes: 100, note: taken,
            rows: vgg(.vgg16, [(40, 76, 29.2), (80, 69, 28.1), (160, 69, 27.8)])),
        Experiment(
            "vgg16-tiny-imagenet", "VGG-16 on TinyImageNet: batch sizes", dataset: .tinyImageNet, classes: 200,
            images: 100_000, epochs: [250, 75, 75], note: taken,
            rows: [
                ExperimentRow(.vgg16, batch: 20, paper: PaperFigures(scale: 71, error: 45.1, errorAfter: 45.1)),
                ExperimentRow(.vgg16, batch: 40, paper: PaperFigures(scale: 61, error: 46.7, errorAfter: 46.7)),
            ]),
        Experiment(
            "vgg19-cifar10", "VGG-19 without hidden dense layers on CIFAR-10: batch sizes", dataset: .cifar10,
            classes: 10, note: taken, rows: vgg(.vgg19, [(64, 85, 7.1), (512, 81, 6.9)])),
        Experiment(
            "vgg19-cifar100", "VGG-19 without hidden dense layers on CIFAR-100: batch sizes", dataset: .cifar100,
            classes: 100, note: taken, rows: vgg(.vgg19, [(64, 75, 29.9), (512, 62, 28.8)])),
    ]

    private static let taken =
        "regularizer and schedule are not printed beside these rows; taken are L2 1e-4 and the epochs of the paper's BasicNet"

    /// Of VGG-19 nothing lies between the last convolution and the classes, as in Liu et al. 2017.
    private static func vgg(_ network: NamedNetwork, _ figures: [(batch: Int, scale: Double, error: Double)])
        -> [ExperimentRow]
    {
        figures.map {
            ExperimentRow(
                network, batch: $0.batch, head: network == .vgg19 ? .linear : nil,
                paper: PaperFigures(scale: $0.scale, error: $0.error))
        }
    }
}
