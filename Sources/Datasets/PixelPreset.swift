/// What people know by name of how models were trained to see bytes from 0 to 255.
package enum PixelPreset: String, CaseIterable, Sendable {
    case asTheyAre = "0..255"
    /// x / 255.
    case unit = "0..1"
    /// x / 127.5 − 1, as MobileNet, Inception and Xception take them.
    case symmetric = "-1..1"
    /// Blue, green, red, less ImageNet's means, as the VGG and ResNet models that came from Caffe take them.
    case caffe
    /// x / 255, ImageNet's means and deviations taken out, as PyTorch's models take them.
    case imagenet

    package var preprocessing: Preprocessing {
        switch self {
        case .asTheyAre: Preprocessing()
        case .unit: Preprocessing(scale: 1 / 255)
        case .symmetric: Preprocessing(scale: 1 / 127.5, mean: [1])
        case .caffe: Preprocessing(order: .bgr, mean: [103.939, 116.779, 123.68])
        case .imagenet: Preprocessing(scale: 1 / 255, mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225])
        }
    }
}
