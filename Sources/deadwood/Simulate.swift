import ArgumentParser
import Reports
import Tensors
import Training

struct Simulate: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "A scale under regularizer and optimizer alone: how fast it falls when its filter is dead.",
        usage: "deadwood simulate [<options>]",
        discussion: """
            Each scale starts at 1 and sees gradients of noise: standard deviation 1e-3 for 100 steps, then 1e-5, as in figure 4 of \
            Mehta et al. 2019. Shown is |θ|: the median of the trials, and their 5 % and 95 % quantiles.
            """)

    @Option(
        help: ArgumentHelp("Optimizers, or all of the papers'.", valueName: "name,…"),
        transform: { $0.split(separator: ",").map(String.init) })
    var optimizers: [String] = ["sgd", "adadelta", "adagrad", "amsgrad", "adamax", "adam", "rmsprop"]

    @Option(help: ArgumentHelp("The learning rate. Default: each optimizer's own.", valueName: "η"))
    var lr: Double?

    @Option(help: ArgumentHelp("L2: λθ is added to the gradient.", valueName: "λ"))
    var l2 = 1e-4

    @Option(help: ArgumentHelp("Decoupled weight decay.", valueName: "λ"))
    var weightDecay = 0.0

    @Option(help: ArgumentHelp("Steps to show, ascending.", valueName: "n,…"), transform: ascendingSteps)
    var steps: [Int] = [100, 500, 1000, 2000, 5000, 10000]

    @Option(
        help: ArgumentHelp("Standard deviations of the early and of the late gradients.", valueName: "v,v"),
        transform: numbers)
    var deviations: [Double] = [1e-3, 1e-5]

    @Option(help: ArgumentHelp("How many steps are early ones.", valueName: "n"))
    var earlySteps = 100

    @Option(help: ArgumentHelp("How many scales, each with its own noise.", valueName: "n"))
    var trials = 256

    @Option(help: ArgumentHelp("Of the noise.", valueName: "n"))
    var seed: UInt64 = 0

    @OptionGroup var result: ResultOptions

    private static let mostDraws = 100_000_000_000

    func validate() throws {
        for name in optimizers { _ = try namedOptimizer(name) }
        try requireNotNegative(["--lr": lr, "--l2": l2, "--weight-decay": weightDecay])
        if earlySteps < 0 {
            throw ValidationError("--early-steps takes a number that is not negative, not \(earlySteps).")
        }
        if deviations.count != 2 || !deviations.allSatisfy({ $0 >= 0 && $0.isFinite }) {
            throw ValidationError("--deviations takes two numbers like 1e-3,1e-5.")
        }
        if !(1...1_000_000).contains(trials) {
            throw ValidationError("--trials takes a number from 1 to 1,000,000, not \(trials).")
        }
        let last = steps.last ?? 0, draws = trials.timesClamped(last).timesClamped(optimizers.count)
        if draws > Self.mostDraws {
            throw ValidationError(
                "\(trials) --trials of \(last) --steps with \(optimizers.count) optimizers are more than \(Self.mostDraws) draws, hours of work: take fewer."
            )
        }
    }

    func run() throws {
        try result.check(reading: [])
        let curves = try optimizers.map { name in
            let simulation = Simulation(
                optimizer: try namedOptimizer(name), learningRate: lr, l2: l2, weightDecay: weightDecay,
                early: deviations[0], late: deviations[1], earlySteps: earlySteps, trials: trials, seed: seed)
            return SimulationReport.Curve(optimizer: name, points: simulation.run(steps: steps))
        }
        try result.show(SimulationReport(l2: l2, weightDecay: weightDecay, curves: curves))
    }
}

/// `100,1000`.
@Sendable private func ascendingSteps(_ text: String) throws -> [Int] {
    func isValid(_ steps: [Int]) -> Bool {
        steps.allSatisfy((1...100_000_000).contains) && steps == Set(steps).sorted()
    }
    return try list(text, "an ascending list of steps like 100,1000", where: isValid) { Int($0) }
}
