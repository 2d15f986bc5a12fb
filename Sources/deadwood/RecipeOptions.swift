import ArgumentParser
import Training

/// How a network learns.
struct RecipeOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Epochs of each segment; each further one runs at a fraction of the rate, see --lr-drop. Default: 250,75.",
            valueName: "n,…"), transform: { try epochList($0, like: "250,75") })
    var epochs: [Int] = [250, 75]

    @Option(help: ArgumentHelp("Images of a step.", valueName: "n"))
    var batch = 40

    @Option(
        help: ArgumentHelp(
            "\(Optimizer.named.keys.sorted().joined(separator: ", ")). Default: adam.", valueName: "name"),
        transform: namedOptimizer)
    var optimizer: Optimizer = .adam()

    @Option(help: ArgumentHelp("The learning rate. Default: the optimizer's, as the papers use it.", valueName: "η"))
    var lr: Double?

    @Option(help: ArgumentHelp("What the rate is multiplied with from segment to segment.", valueName: "x"))
    var lrDrop = 0.1

    @Option(
        help: ArgumentHelp(
            "steps: the same rate all through a segment; cosine: half a cosine over all of them.",
            valueName: "steps|cosine"))
    var schedule: LearningRateSchedule.Shape = .steps

    @Option(help: ArgumentHelp("Steps over which the rate rises from 0.", valueName: "n"))
    var warmUp = 0

    @Option(help: ArgumentHelp("L2: λθ is added to every gradient.", valueName: "λ"))
    var l2 = 0.0

    @Option(help: ArgumentHelp("Decoupled weight decay: θ ← θ (1 − λ η/η₀) after each step.", valueName: "λ"))
    var weightDecay = 0.0

    @Option(help: ArgumentHelp("Network Slimming's λ Σ|γ|.", valueName: "λ"))
    var slimming = 0.0

    @Option(help: ArgumentHelp("What the learning rate of γ is multiplied with.", valueName: "x"))
    var gammaRate = 1.0

    @Option(help: ArgumentHelp("What the learning rate of β is multiplied with.", valueName: "x"))
    var betaRate = 1.0

    @Option(help: ArgumentHelp("The share of each target that is spread over all classes.", valueName: "ε"))
    var labelSmoothing: Float = 0

    @Option(help: ArgumentHelp("Of initial weights, order, augmentation and dropout.", valueName: "n"))
    var seed: UInt64 = 0

    func validate() throws {
        try requirePositive(["--batch": batch])
        try requireNotNegative([
            "--lr": lr, "--lr-drop": lrDrop, "--l2": l2, "--weight-decay": weightDecay, "--slimming": slimming,
            "--gamma-rate": gammaRate, "--beta-rate": betaRate,
        ])
        if !(0..<1).contains(labelSmoothing) {
            throw ValidationError("--label-smoothing takes a share below 1, not \(labelSmoothing).")
        }
        if warmUp < 0 { throw ValidationError("--warm-up takes a number that is not negative, not \(warmUp).") }
    }

    /// What a run is told about its recipe, for one that is to be continued.
    var namedSettings: [TrainingSettings.Setting] {
        let name = Optimizer.named.first { $0.value == optimizer }?.key ?? "\(optimizer)"
        return [
            .init(TrainingSettings.epochs, epochs.map(String.init).joined(separator: ",")), .init("--batch", batch),
            .init("--optimizer", name), .init("--lr", lr ?? optimizer.defaultRate), .init("--lr-drop", lrDrop),
            .init("--schedule", schedule.rawValue), .init("--warm-up", warmUp), .init("--l2", l2),
            .init("--weight-decay", weightDecay), .init("--slimming", slimming), .init("--gamma-rate", gammaRate),
            .init("--beta-rate", betaRate), .init("--label-smoothing", labelSmoothing), .init("--seed", seed),
        ]
    }

    var recipe: TrainingRecipe {
        TrainingRecipe(
            optimizer: optimizer, learningRate: lr, l2: l2, weightDecay: weightDecay, slimming: slimming,
            gammaRate: gammaRate, betaRate: betaRate, labelSmoothing: labelSmoothing,
            schedule: LearningRateSchedule(epochs: epochs, drop: lrDrop, shape: schedule, warmUpSteps: warmUp),
            batch: batch, seed: seed)
    }
}

extension LearningRateSchedule.Shape: ExpressibleByArgument {}

private let mostEpochs = 1_000_000

/// The epochs of segments, written like `example`; `least` of them in all.
func epochList(_ text: String, like example: String, least: Int = 0) throws -> [Int] {
    func isValid(_ epochs: [Int]) -> Bool {
        epochs.count <= mostEpochs && epochs.allSatisfy((0...mostEpochs).contains) && epochs.reduce(0, +) >= least
    }
    let epochs = try list(text, "a list of epochs like \(example)", where: isValid) { Int($0) }
    guard epochs.reduce(0, +) <= mostEpochs else {
        throw ValidationError("'\(text)' are more than \(mostEpochs) epochs.")
    }
    return epochs
}

@Sendable func namedOptimizer(_ name: String) throws -> Optimizer {
    guard let optimizer = Optimizer.named[name] else {
        throw ValidationError(
            "there is no optimizer '\(name)'; known are \(Optimizer.named.keys.sorted().joined(separator: ", ")).")
    }
    return optimizer
}
