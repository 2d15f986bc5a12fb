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

    /// How many classes there are, where the files do not say it.
    var classes: Int? {
        switch self {
        case .mnist, .fashionMNIST: 10
        default: nil
        }
    }

    /// The names of the classes, where the files often do not say them.
    var classNames: [String]? {
        switch self {
        case .cifar10: ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"]
        case .fashionMNIST:
            ["T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"]
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
}
