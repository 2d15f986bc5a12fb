import Testing
import Training
@testable import Experiments

@Suite struct ScalingTests {
    private func scaled(_ experiment: String, _ label: String, _ scaling: Scaling, images: Int = 50_000) throws
        -> ScaledRow
    {
        let experiment = try Experiment.named(experiment), row = try #require(experiment.rows([label]).first)
        return try experiment.scaled(row, by: scaling, inputShape: [32, 32, 3], images: images, seed: 7)
    }

    @Test("Without scaling a row is the paper's: 325 epochs of 1250 steps")
    func paper() throws {
        let row = try scaled("table1-cifar10", "adam-l2-1e-4", Scaling())
        #expect(row.steps == 406_250 && row.recipe.l2 == 1e-4 && row.recipe.weightDecay == 0 && row.recipe.seed == 7)
        #expect(abs(row.stepsTimesLambda - 40.625) < 1e-9)
        #expect(
            row.recipe.schedule == LearningRateSchedule(epochs: [250, 75]) && row.design.width == 1
                && row.design.classes == 10)
    }

    @Test("With a tenth of the steps, λ is ten times as large and steps · λ as it was")
    func lambda() throws {
        let row = try scaled("table1-cifar10", "sgd-wd-5e-4", Scaling(epochs: [25, 8], lambda: .steps))
        #expect(row.steps == 41_250 && row.recipe.l2 == 0)
        #expect(abs(row.recipe.weightDecay - 5e-4 * 325 / 33) < 1e-12)
        #expect(abs(row.stepsTimesLambda - 406_250 * 5e-4) < 1e-6)
        #expect(try scaled("table1-cifar10", "sgd-wd-5e-4", Scaling(epochs: [25, 8])).recipe.weightDecay == 5e-4)
        #expect(try scaled("table1-cifar10", "adam-none", Scaling(epochs: [1], lambda: .steps)).lambda == 0)
    }

    @Test("λ is multiplied with a factor that is given, whatever the steps")
    func factor() throws {
        #expect(
            try scaled("table1-cifar10", "sgd-wd-5e-4", Scaling(epochs: [25, 8], lambda: .factor(10))).recipe
                .weightDecay == 5e-3)
        #expect(
            try scaled("table1-cifar10", "adam-l2-1e-4", Scaling(epochs: [1], lambda: .factor(10))).recipe.l2 == 1e-3)
        #expect(throws: ExperimentError.self) {
            try scaled("table1-cifar10", "sgd-wd-1e-2", Scaling(epochs: [1], lambda: .factor(100)))
        }
    }

    @Test("Fewer images are fewer steps as well")
    func images() throws {
        let row = try scaled("table1-cifar10", "adam-l2-1e-4", Scaling(epochs: [10, 3], lambda: .steps), images: 5_010)
        #expect(row.steps == 13 * 125)
        #expect(abs(row.recipe.l2 - 1e-4 * 406_250 / 1625) < 1e-12)
    }

    @Test("Another batch gets as many epochs as make the same number of steps, at least one for each segment")
    func batches() throws {
        let large = try scaled("batch-cifar10", "adam-l2-1e-4-b160", Scaling(epochs: [10, 2])),
            small = try scaled("batch-cifar10", "adam-l2-1e-4-b20", Scaling(epochs: [10, 2]))
        #expect(large.recipe.schedule.epochs == [40, 8] && small.recipe.schedule.epochs == [5, 1])
        #expect(abs(large.steps - small.steps) <= 200)
        #expect(
            try scaled("batch-cifar10", "adam-l2-1e-4-b20", Scaling(epochs: [1, 0])).recipe.schedule.epochs == [1, 0])
    }

    @Test("Widths multiply, and the options of a row reach network and recipe")
    func options() throws {
        #expect(try scaled("width-cifar10", "adam-l2-1e-4-0.5x", Scaling(width: 0.5)).design.width == 0.25)
        #expect(try scaled("width-cifar10", "adam-l2-1e-4", Scaling(gamma: .uniform)).design.gamma == .uniform)
        #expect(try scaled("variants-cifar100", "adam-l2-1e-4-leaky0.1", Scaling()).design.leakySlope == 0.1)
        #expect(try scaled("variants-cifar100", "adam-l2-1e-4-beta-0.1", Scaling()).design.beta == -0.1)
        #expect(try scaled("variants-cifar100", "adam-l2-1e-4-beta-rate0.1", Scaling()).recipe.betaRate == 0.1)
        #expect(try scaled("vgg19-cifar10", "vgg19-adam-l2-1e-4-b64", Scaling()).design.head == .linear)
        let yaguchi = try scaled("yaguchi", "adam-none-b64", Scaling(), images: 60_000)
        #expect(yaguchi.recipe.schedule == LearningRateSchedule(epochs: [25, 25, 25, 25], drop: 0.5))
    }

    @Test("What cannot be trained is refused before it is begun")
    func refusals() {
        #expect { try scaled("table1-cifar10", "sgd-wd-1e-2", Scaling(epochs: [1], lambda: .steps)) } throws: {
            "\($0)".contains("sgd-wd-1e-2") && "\($0)".contains("more epochs")
        }
        #expect(throws: ExperimentError.tooFewImages(row: "adam-l2-1e-4-b160", batch: 160, count: 100)) {
            try scaled("batch-cifar10", "adam-l2-1e-4-b160", Scaling(), images: 100)
        }
    }
}
