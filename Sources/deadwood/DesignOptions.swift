import ArgumentParser
import Datasets
import Training

/// What is open about a network that is built by its name.
struct DesignOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Channels of every layer, as a multiple of the paper's. BasicNet: 1, 0.5, 0.25.", valueName: "x"))
    var width = 1.0

    @Option(help: ArgumentHelp("The slope of leaky ReLU below 0. Default: plain ReLU.", valueName: "x"))
    var leaky: Float?

    @Option(
        help: ArgumentHelp(
            "BasicNet: the convolutions that a 2×2 max pooling follows. Default: 2,4,6.", valueName: "n,…"),
        transform: layerNumbers)
    var poolings: [Int]?

    @Option(help: ArgumentHelp("What follows the convolutions. Default: by the size of the images.", valueName: "head"))
    var head: NetworkDesign.Head?

    @Option(
        help: ArgumentHelp(
            "What γ of every batch normalization starts with: a number, or uniform: each drawn from 0 to 1.",
            valueName: "x"))
    var gamma = InitialScale.constant(1)

    @Option(help: ArgumentHelp("What β of every batch normalization starts with.", valueName: "x"))
    var beta: Float = 0

    @Option(
        help: ArgumentHelp(
            "The rate of dropout behind hidden dense layers. Default: the network's own.", valueName: "x"))
    var dropout: Float?

    @Option(
        help: ArgumentHelp("Hidden units of mlp and smallcnn, layer by layer. Default: 1000.", valueName: "n,…"),
        transform: layerNumbers)
    var hidden: [Int] = [1000]

    func validate() throws {
        if !(width > 0) || width > 16 {
            throw ValidationError("--width takes a number above 0, at most 16, not \(width).")
        }
        if let dropout, !(0..<1).contains(dropout) {
            throw ValidationError("--dropout takes a share below 1, not \(dropout).")
        }
    }

    /// Whether nothing was said about the design.
    var isUsual: Bool {
        width == 1 && leaky == nil && poolings == nil && head == nil && gamma == .constant(1) && beta == 0
            && dropout == nil && hidden == [1000]
    }

    func design(_ network: NamedNetwork, _ data: TrainingData) -> NetworkDesign {
        var design = NetworkDesign(network, inputShape: data.inputShape, classes: data.classes)
        design.width = width
        design.leakySlope = leaky
        design.poolings = poolings
        design.head = head
        design.gamma = gamma
        design.beta = beta
        design.dropout = dropout
        design.hiddenUnits = hidden
        return design
    }

    /// What a run is told about its network, for one that is to be continued.
    var namedSettings: [TrainingSettings.Setting] {
        [
            .init("--width", width), .init("--leaky", leaky), .init("--poolings", poolings),
            .init("--head", head?.rawValue), .init("--gamma", gamma),
            .init("--beta", beta), .init("--dropout", dropout), .init("--hidden", hidden),
        ]
    }

    /// The same in the words of earlier versions.
    var settings: String {
        "width \(width) leaky \(leaky ?? 0) poolings \(poolings ?? []) head \(head?.rawValue ?? "by size") gamma \(gamma) beta \(beta) dropout \(dropout ?? -1) hidden \(hidden)"
    }
}

extension NetworkDesign.Head: ExpressibleByArgument {}

extension InitialScale: ExpressibleByArgument {
    public init?(argument: String) { self.init(argument) }
    public var defaultValueDescription: String { description }
}

/// `2,4,6`.
@Sendable private func layerNumbers(_ text: String) throws -> [Int] {
    try list(text, "a list of numbers like 2,4,6", where: { $0.allSatisfy((0...1_000_000).contains) }) { Int($0) }
}
