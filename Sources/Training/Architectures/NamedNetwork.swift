/// The networks that go by a name: those of the papers, and the residual ones in wide use.
package enum NamedNetwork: String, CaseIterable, Sendable {
    /// Seven convolutions with BN (Mehta et al. 2019).
    case basicnet
    /// VGG with BN (Simonyan & Zisserman 2015; heads of Mehta et al. 2019).
    case vgg11, vgg13, vgg16, vgg19
    /// Three stages of two-convolution blocks for CIFAR (He et al. 2016), projection shortcuts where the shape changes
    /// (option B).
    case resnet20, resnet56
    /// Four stages of bottlenecks for ImageNet; the stride is in the 3×3 convolution (v1.5).
    case resnet50
    /// Hidden layers with biases, no BN (Yaguchi et al. 2018: one of 1000 nodes).
    case mlp
    /// Two 5×5 convolutions of 32 and 64 filters, each pooled, then as the MLP; biases, no BN. The paper does not print
    /// its own.
    case smallcnn
}
