import Checkpoints
import Datasets
import Graphs
import Networks
import Tensors
import TestSupport
import Testing
@testable import Training

/// Whole runs on a small task: which of four quarters of an image is bright.
@Suite struct TrainingRunTests {
    private let folder = TemporaryFolder()
    private func path(_ name: String) -> String { folder.file(name) }

    init() throws {
        var random = SeededGenerator(seed: 3)
        try folder.hdf5("data.h5") { root in
            for (part, count) in [("train", 70), ("test", 24)] {
                var pixels: [UInt8] = [], labels: [UInt8] = []
                for _ in 0..<count {
                    let label = random.below(4)
                    labels.append(UInt8(label))
                    for position in 0..<64 {
                        let isBright = position / 32 * 2 + position % 8 / 4 == label
                        for _ in 0..<3 { pixels.append(UInt8(random.below(100)) + (isBright ? 120 : 0)) }
                    }
                }
                try root.add("x_\(part)", [count, 8, 8, 3], pixels)
                try root.add("y_\(part)", [count], labels)
            }
        }
    }

    private func data() throws -> TrainingData {
        try TrainingData.open(
            .hdf5, path: path("data.h5"),
            options: TrainingDataOptions(flips: false, preprocessing: PreprocessingOverrides(scale: 1 / 255)))
    }

    private func graph() throws -> Graph {
        var design = NetworkDesign(.basicnet, inputShape: [8, 8, 3], classes: 4)
        design.width = 0.05
        design.dropout = 0.2
        return try design.graph(seed: 1)
    }

    private var recipe: TrainingRecipe {
        TrainingRecipe(
            optimizer: .adam(), learningRate: 5e-3, l2: 1e-4, schedule: LearningRateSchedule(epochs: [3, 1]), batch: 10,
            seed: 5)
    }

    private func run(_ name: String, threads: Int = 1, recipe: TrainingRecipe? = nil) throws -> TrainingRun {
        try TrainingRun(
            graph(), data: data(), recipe: recipe ?? self.recipe,
            options: .init(statePath: path("\(name).training"), threads: threads, settings: "test"))
    }

    private func save(_ name: String) -> (Graph, [EpochRecord]) throws -> Void {
        { graph, history in
            let notes = try history.notes
            _ = try Checkpoint.create(graph, name: "net", at: path("\(name).h5"), overwrite: true, notes: notes)
        }
    }

    @Test("A small network learns what there is to learn, and the file it writes answers as it did")
    func learns() throws {
        var recipe = recipe
        recipe.schedule = LearningRateSchedule(epochs: [25])
        let outcome = try run("a", recipe: recipe).run(save: save("a"))
        #expect(outcome.ending == .complete && outcome.steps == 25 * 7 && outcome.history.count == 25)
        let last = try #require(outcome.history.last), first = try #require(outcome.history.first)
        #expect(last.loss < first.loss / 2)
        #expect((last.testTop1Error ?? 100) < 10)
        let test = try #require(try data().test)
        let read = try Checkpoint.open(path("a.h5"))
        #expect(try Evaluation.of(read.graph, on: test, threads: 1).loss == last.testLoss)
        #expect(read.notes["training_history"]?.contains("testTop1Error") == true)
    }

    @Test("A run that is interrupted again and again ends with the bytes of one that never was", arguments: [1, 2])
    func resumes(threads: Int) throws {
        _ = try run("whole", threads: 3 - threads).run(save: save("whole"))
        var pauses = [3, 1, 7, 5, 9, 2, 100], rounds = 0
        while true {
            let part = try run("part", threads: threads)
            if rounds > 0 { try part.resume(.read(path("part.training")), from: "part") }
            var left = pauses.removeFirst()
            rounds += 1
            let outcome = try part.run(
                shouldStop: {
                    left -= 1; return left < 0
                }, save: save("part"))
            if outcome.ending == .complete { break }
            #expect(outcome.ending == .interrupted)
        }
        #expect(rounds > 5)
        let states = try [TrainingState.read(path("whole.training")), .read(path("part.training"))]
        #expect(states[0].memory.parameters == states[1].memory.parameters)
        #expect(states[0].memory.statistics == states[1].memory.statistics)
        #expect(states[0].memory.slots == states[1].memory.slots)
        #expect(states[0].history == states[1].history)
        for ending in ["h5", "training"] {
            #expect(
                try folder.bytes("whole.\(ending)") == folder.bytes("part.\(ending)"), "\(ending) differs")
        }
    }

    @Test("A state of other settings, or of another network, is not taken")
    func otherState() throws {
        _ = try run("a").run(shouldStop: { true }, save: save("a"))
        let state = try TrainingState.read(path("a.training"))
        var other = state
        other.settings = "else"
        #expect(throws: TrainingError.self) { try run("b").resume(other, from: "b") }
        var small = state
        small.memory.parameters.removeLast()
        #expect(throws: TrainingError.self) { try run("b").resume(small, from: "b") }
    }

    /// A run whose settings are named, of these epochs.
    private func named(_ name: String, epochs: [Int], shape: LearningRateSchedule.Shape = .steps, text: String? = nil)
        throws -> TrainingRun
    {
        var recipe = recipe
        recipe.schedule = LearningRateSchedule(epochs: epochs, shape: shape)
        let settings = TrainingSettings(
            [.init("--epochs", epochs.map(String.init).joined(separator: ",")), .init("--batch", 10)],
            text: "of epochs: \(epochs)")
        return try TrainingRun(
            graph(), data: data(), recipe: recipe,
            options: .init(
                statePath: path("\(name).training"), threads: 1,
                settings: text.map { TrainingSettings([], text: $0) } ?? settings))
    }

    @Test(
        "A finished run that is given more epochs ends with the bytes of one that had them from the beginning",
        arguments: [[2, 3], [2, 1, 2], [2, 1, 0, 1]])
    func extended(epochs: [Int]) throws {
        _ = try named("whole", epochs: epochs).run(save: save("whole"))
        _ = try named("part", epochs: [2, 1]).run(save: save("part"))
        let longer = try named("part", epochs: epochs)
        #expect(try longer.resume(.read(path("part.training")), from: "part") == .otherEnd(epochsBefore: 3))
        #expect(try longer.run(save: save("part")).ending == .complete)
        for ending in ["h5", "training"] {
            #expect(
                try folder.bytes("whole.\(ending)") == folder.bytes("part.\(ending)"), "\(ending) differs")
        }
        // What it is from now on is the longer run.
        #expect(try named("part", epochs: epochs).resume(.read(path("part.training")), from: "part") == .asBefore)
    }

    @Test("Epochs that are done are not undone, nor given another rate; half a cosine goes on along the longer one")
    func otherEpochs() throws {
        _ = try named("a", epochs: [1, 1]).run(save: save("a"))
        for epochs in [[1], [3], [2, 1], [0, 4]] {
            #expect {
                try named("a", epochs: epochs).resume(.read(path("a.training")), from: "a")
            } throws: { "\($0)".contains("--epochs \(epochs.map(String.init).joined(separator: ","))") }
        }
        _ = try named("b", epochs: [2], shape: .cosine).run(save: save("b"))
        let longer = try named("b", epochs: [4], shape: .cosine)
        guard case let .otherCurve(2, factor) = try longer.resume(.read(path("b.training")), from: "b") else {
            Issue.record("no other curve"); return
        }
        #expect(abs(factor - 0.5) < 1e-9)
        #expect(try longer.run(save: save("b")).history.count == 4)
    }

    @Test("A state of an earlier version, which has its settings as one text, goes on and can be extended")
    func earlierVersion() throws {
        _ = try named("a", epochs: [1], text: "of epochs: [1]").run(save: save("a"))
        #expect(try named("a", epochs: [1]).resume(.read(path("a.training")), from: "a") == .asBefore)
        #expect(try named("a", epochs: [2]).resume(.read(path("a.training")), from: "a") == .otherEnd(epochsBefore: 1))
        #expect(throws: TrainingError.self) {
            try named("a", epochs: [1], text: "of other epochs: [1]").resume(.read(path("a.training")), from: "a")
        }
    }

    @Test("A loss that is no number ends the run and leaves the last good epoch")
    func diverges() throws {
        var recipe = recipe
        recipe.optimizer = .sgd()
        recipe.learningRate = 1e30
        var saved = 0
        #expect(throws: TrainingError.self) { _ = try run("a", recipe: recipe).run { _, _ in saved += 1 } }
        #expect(saved == 0 && !folder.exists("a.training"))
    }

    @Test("A network for other classes is refused")
    func classes() throws {
        let design = NetworkDesign(.smallcnn, inputShape: [8, 8, 3], classes: 5)
        #expect(throws: TrainingError.classes(network: 5, data: 4)) {
            _ = try TrainingRun(design.graph(seed: 0), data: data(), recipe: recipe, options: .init())
        }
    }

    @Test("Networks with open lengths, or with their channels first, get images their way; others say what they take")
    func inputs() throws {
        func network(_ shape: TensorShape, _ format: DataFormat) throws -> Graph {
            var graph = Graph()
            let input = try graph.add(Layer(name: "in", operation: .input(Input(shape: shape))))
            let kernel = Weight(.kernel, Tensor(shape: [3, 3, 3, 4], repeating: 0.1))
            let features = try graph.add(
                Layer(
                    name: "conv",
                    operation: .convolution(Convolution(filters: 4, window: Window(size: [3, 3], dataFormat: format))),
                    weights: [kernel]), [input])
            graph.outputs = [
                try graph.add(
                    Layer(name: "pool", operation: .globalPooling(GlobalPooling(.average, dataFormat: format))),
                    [features])
            ]
            return graph
        }
        func firstLoss(_ graph: Graph) throws -> Double? {
            let run = try TrainingRun(graph, data: data(), recipe: recipe, options: .init(maxSteps: 1))
            return try run.run { _, _ in }.unfinished?.loss
        }
        let loss = try firstLoss(network([8, 8, 3], .channelsLast))
        #expect(try loss != nil && firstLoss(network([nil, nil, 3], .channelsLast)) == loss)
        // What is written is the network that was given.
        let open = try TrainingRun(
            network([nil, nil, 3], .channelsLast), data: data(), recipe: recipe, options: .init(maxSteps: 1)
        ).run { graph, _ in
            #expect(graph.layers[0].operation == .input(Input(shape: [nil, nil, 3])))
        }
        #expect(open.network.layers[0].operation == .input(Input(shape: [nil, nil, 3])))
        #expect(try abs((firstLoss(network([3, 8, 8], .channelsFirst)) ?? 0) - (loss ?? 1)) < 1e-5)
        #expect(throws: TrainingError.images(network: [9, 9, 3], data: [8, 8, 3])) {
            _ = try firstLoss(network([9, 9, 3], .channelsLast))
        }
    }

    @Test("A network that ends in something else than a softmax or logits is refused")
    func otherEnd() throws {
        var graph = try graph()
        let last = try #require(graph.layers.indices.last)
        graph.layers[last].operation = .activation(.sigmoid)
        #expect(throws: TrainingError.notAClassifier(reason: "ends in an activation other than softmax")) {
            _ = try Trainer(graph, recipe: recipe)
        }
    }

    @Test("A state file that was cut short, or is none, is refused in one line")
    func damagedState() throws {
        _ = try run("a").run(shouldStop: { true }, save: save("a"))
        let whole = try folder.bytes("a.training")
        try folder.write("half", whole.prefix(whole.count / 2))
        try folder.write("text", "no HDF5".utf8)
        for name in ["half", "text", "data.h5"] {
            #expect(throws: (any Error).self) { _ = try TrainingState.read(path(name)) }
        }
    }
}
