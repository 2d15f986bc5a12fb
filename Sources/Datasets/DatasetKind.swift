/// What data sets a training run can name.
package enum DatasetKind: String, CaseIterable, Sendable {
    case cifar10, cifar100, mnist
    case fashionMNIST = "fashion-mnist"
    case tinyImageNet = "tiny-imagenet"
    /// JPEG and PNG files, a folder for each class.
    case folder
    /// A file of images `x` and labels `y`, or `x_train`, `y_train` and `x_test`, `y_test`.
    case hdf5

    var layout: DataFolder.Layout? {
        switch self {
        case .cifar10: .cifar10
        case .cifar100: .cifar100
        case .mnist, .fashionMNIST: .idx
        case .tinyImageNet: .tinyImageNet
        case .folder: .pictures
        case .hdf5: nil
        }
    }

    /// How many classes there are where the data set fixes it.
    var classes: Int? {
        switch self {
        case .cifar10, .mnist, .fashionMNIST: 10
        case .cifar100: 100
        case .tinyImageNet, .folder, .hdf5: nil
        }
    }

    var classNames: [String]? {
        switch self {
        case .cifar10: ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"]
        case .fashionMNIST: ["T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"]
        default: nil
        }
    }

    /// Whether images are flipped unless the options say otherwise: not where left and right tell classes apart.
    var flips: Bool {
        switch self {
        case .cifar10, .cifar100, .tinyImageNet, .folder: true
        case .mnist, .fashionMNIST, .hdf5: false
        }
    }

    /// What is done to pixels unless the options say otherwise; nil where the file says it.
    ///
    /// CIFAR: means and deviations of the training set's channels. Pictures: the usual ones of ImageNet.
    var preprocessing: Preprocessing? {
        switch self {
        case .cifar10: Preprocessing(scale: 1 / 255, mean: [0.4914, 0.4822, 0.4465], std: [0.2470, 0.2435, 0.2616])
        case .cifar100: Preprocessing(scale: 1 / 255, mean: [0.5071, 0.4866, 0.4409], std: [0.2673, 0.2564, 0.2762])
        case .mnist, .fashionMNIST: Preprocessing(scale: 1 / 255)
        case .tinyImageNet, .folder: Preprocessing(scale: 1 / 255, mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225])
        case .hdf5: nil
        }
    }
}
