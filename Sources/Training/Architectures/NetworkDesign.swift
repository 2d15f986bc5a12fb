import Graphs

/// A named network, and all that is open about it.
package struct NetworkDesign: Sendable, Equatable {
    package var network: NamedNetwork
    /// Height, width, channels.
    package var inputShape: [Int]
    package var classes: Int
    /// What the number of channels is multiplied with, rounded, at least 1; in an MLP the hidden units. Heads keep
    /// their size.
    ///
    /// BasicNet has the paper's three widths: 64-1x, 64-0.5x and 32-0.25x. There the first layer is halved only below
    /// 0.5.
    package var width = 1.0
    /// The slope of leaky ReLU; nil is ReLU.
    package var leakySlope: Float?
    /// BasicNet: the convolutions, counted from 1, that a 2×2 max pooling follows; nil is 2, 4, 6.
    package var poolings: [Int]?
    /// What follows the convolutions; nil goes by the image's shorter side. Residual networks have but one.
    package var head: Head?
    /// What every BN starts with.
    package var gamma = InitialScale.constant(1)
    package var beta: Float = 0
    /// The rate of dropout before the dense layers that follow a hidden one; nil is the network's own: 0.5 in VGG's
    /// head for ImageNet, none elsewhere.
    package var dropout: Float?
    /// The hidden layers of `mlp` and `smallcnn`.
    package var hiddenUnits = [1000]

    /// Heads by the data set they were drawn for.
    package enum Head: String, Sendable, CaseIterable {
        /// Global average pooling, one hidden layer with BN (BasicNet: 256, VGG: 512). VGG's 2×2 average pooling is the
        /// same at 32×32.
        case cifar
        /// Global average pooling, hidden layers of 512 and 256 with BN.
        case tinyImageNet = "tiny-imagenet"
        /// BasicNet: 5×5 average pooling at stride 4, hidden layers of 4096 and 2048 with BN. VGG: a fifth max pooling,
        /// two hidden layers of 4096 with biases and dropout.
        case imageNet = "imagenet"
        /// Global average pooling, nothing hidden (VGG-19 of Liu et al. 2017).
        case linear
    }

    package init(_ network: NamedNetwork, inputShape: [Int], classes: Int) {
        (self.network, self.inputShape, self.classes) = (network, inputShape, classes)
    }

    /// The network with fresh weights: a function of the design and the seed alone, each layer's independent of the
    /// others.
    ///
    /// Kernels are Xavier's with the gain of ReLU, biases 0; BN has ε 1e-5 and momentum 0.9, as the papers' framework.
    /// The last layers are `logits`, a Dense layer, and `softmax`. Throws `ArchitectureError`.
    package func graph(seed: UInt64) throws -> Graph {
        try validate()
        var builder = NetworkBuilder(seed: seed, design: self)
        do {
            let image = try builder.input()
            let features =
                switch network {
                case .basicnet: try builder.basicNet(image)
                case .vgg11, .vgg13, .vgg16, .vgg19: try builder.vgg(image)
                case .resnet20: try builder.smallResNet(image, blocks: 3)
                case .resnet56: try builder.smallResNet(image, blocks: 9)
                case .resnet50: try builder.resNet50(image)
                case .mlp: try builder.multilayer(image)
                case .smallcnn: try builder.smallCNN(image)
                }
            try builder.classify(features)
        } catch let GraphError.invalid(layer, _) {
            throw ArchitectureError.inputTooSmall(network: network, input: inputShape, layer: layer)
        }
        return builder.graph
    }

    var activation: Activation { leakySlope.map { .relu(slope: $0) } ?? .rectifier }

    /// The head asked for, or the one drawn for images of this size.
    var chosenHead: Head {
        if let head { return head }
        let side = min(inputShape[0], inputShape[1])
        return side < 48 ? .cifar : side < 128 ? .tinyImageNet : .imageNet
    }

    func scaled(_ channels: Int) -> Int { max(1, Int((Double(channels) * width).rounded())) }

    private func validate() throws {
        func require(_ holds: Bool, _ option: String, _ reason: String) throws {
            if !holds { throw ArchitectureError.option(network: network, option: option, reason: reason) }
        }
        let elements = inputShape.count == 3 && inputShape.allSatisfy { $0 > 0 } ? elementCount(inputShape) : 0
        try require(
            (1...1 << 28).contains(elements ?? .max), "the input shape",
            "\(inputShape) is no height, width and channels of an image")
        try require((1...1 << 20).contains(classes), "the number of classes", "\(classes) is not from 1 to \(1 << 20)")
        try require(width > 0 && width <= 16, "the width", "\(width) is not above 0 and up to 16")
        try require(
            (poolings ?? []).allSatisfy { (1...7).contains($0) }, "the poolings", "BasicNet has convolutions 1 to 7")
        try require((0..<1).contains(dropout ?? 0), "the dropout", "\(dropout ?? 0) is not from 0 to below 1")
        try require(
            hiddenUnits.allSatisfy { (1...1 << 16).contains($0) }, "the hidden units",
            "\(hiddenUnits) are not all from 1 to \(1 << 16)")
        try require(
            gamma.isFinite && beta.isFinite && (leakySlope ?? 0).isFinite, "γ, β and slope", "they have to be numbers")
    }
}
