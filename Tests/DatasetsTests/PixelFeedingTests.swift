import Graphs
import HDF5
import Tensors
import TestSupport
import Testing
@testable import Datasets

/// Who decides how pixels are fed, and what is said of it.
@Suite struct PixelFeedingTests {
    private let folder = TemporaryFolder()

    private let note = Preprocessing(scale: 1 / 255, mean: [0.5], std: [0.25])
    private let rescaling: InputScaling = {
        var graph = Graph()
        guard let input = try? graph.add(Layer(name: "image", operation: .input(Input(shape: [2, 1, 3])))),
            let output = try? graph.add(
                Layer(name: "rescaling", operation: .rescaling(Rescaling(scale: [1 / 255]))), [input])
        else { return InputScaling() }
        graph.outputs = [output]
        return graph.scaling(of: input) ?? InputScaling()
    }()

    /// Two images of 2×1×3 pixels from 0 to `largest`, with what is stated of them.
    private func corpus(
        _ largest: Double = 255, bytes: Bool = true, stating: Preprocessing? = nil, range: [Double]? = nil,
        _ overrides: PreprocessingOverrides = .init(), model: ModelPixels? = .init()
    ) throws -> Corpus {
        let path = try folder.hdf5 { root in
            let x = try root.add(
                "x", [2, 2, 1, 3], (0..<12).map { (largest * Double($0) / 11).rounded(bytes ? .toNearestOrEven : .up) },
                as: bytes ? .uint8 : .float32)
            try stating?.state(in: x.attributes)
            if let range { try x.attributes.set("range", .doubles(range)) }
        }
        return try Corpus.open(path, overrides: overrides, model: model)
    }

    @Test("First to last: the user, the model's note, its own layers, the corpus's note, nobody")
    func precedence() throws {
        let stated = Preprocessing(scale: 3), all = ModelPixels(note: note, layers: rescaling)
        func feeding(
            _ model: ModelPixels?, _ overrides: PreprocessingOverrides = .init(), stating: Preprocessing? = stated
        ) throws -> PixelFeeding {
            try corpus(stating: stating, overrides, model: model).feeding
        }
        let byUser = try feeding(all, .init(scale: 2))
        #expect(byUser.from == .flags && byUser.preprocessing == Preprocessing(scale: 2))
        let byNote = try feeding(all)
        #expect(byNote.from == .modelNote && byNote.preprocessing == note && byNote.warnings.isEmpty)
        let byLayers = try feeding(ModelPixels(layers: rescaling))
        #expect(byLayers.from == .modelLayers && byLayers.preprocessing == Preprocessing() && byLayers.warnings.isEmpty)
        let byCorpus = try feeding(ModelPixels())
        #expect(byCorpus.from == .corpusNote && byCorpus.preprocessing == stated && byCorpus.warnings.count == 1)
        #expect(
            byCorpus.warnings[0].contains(
                "nobody says how this model was trained: pixels are fed as the corpus's note says, x · 3; say by --pixels"
            ))
        let byNobody = try feeding(ModelPixels(), stating: nil)
        #expect(byNobody.from == .nobody && byNobody.preprocessing == Preprocessing() && byNobody.warnings.count == 1)
        // Where there is no model yet, there is nothing to warn of.
        #expect(try feeding(nil).warnings.isEmpty && feeding(nil, stating: nil).warnings.isEmpty)
    }

    @Test(
        "Whatever is asked for alone leaves the rest neutral, whatever the corpus notes",
        arguments: [
            (PreprocessingOverrides(scale: 2), Preprocessing(scale: 2)), (.init(mean: [5]), Preprocessing(mean: [5])),
            (.init(std: [5]), Preprocessing(std: [5])),
            (.init(preset: .asTheyAre), Preprocessing()),
        ])
    func neutral(overrides: PreprocessingOverrides, expected: Preprocessing) throws {
        let stated = Preprocessing(order: .bgr, scale: 9, mean: [8], std: [7])
        #expect(try corpus(stating: stated, overrides).preprocessing == expected)
    }

    @Test("Caffe's preset feeds blue, green, red, each less its own mean")
    func caffe() throws {
        let path = try folder.hdf5 { try $0.add("x", [1, 1, 1, 3], [10, 20, 30]) }
        let fed = try Corpus.open(path, overrides: .init(preset: .caffe)).batch(0..<1).images.elements
        #expect(fed == [Float(30 - 103.939), Float(20 - 116.779), Float(10 - 123.68)])
        let alike = try folder.hdf5("note.h5") {
            try Preprocessing(order: .bgr, scale: 2).state(in: $0.add("x", [1, 1, 1, 3], [10, 20, 30]).attributes)
        }
        #expect(try Corpus.open(alike).batch(0..<1).images.elements == [60, 40, 20])
    }

    @Test(
        "Presets make of bytes what their names say",
        arguments: [
            (PixelPreset.unit, [0, 1] as [Float]), (.symmetric, [-1, 1]), (.asTheyAre, [0, 255]),
            (.imagenet, [Float(-0.485 / 0.229), Float((1 - 0.485) / 0.229)]),
        ])
    func presets(preset: PixelPreset, ends: [Float]) throws {
        #expect([0, 255].map { preset.preprocessing.value(of: $0, channel: 0) } == ends)
    }

    @Test("The order bgr is refused where there are not three channels")
    func channels() throws {
        let path = try folder.hdf5 { try $0.add("x", [1, 2, 2, 1], [1, 2, 3, 4]) }
        #expect(throws: DatasetError.channelOrder(path: path, channels: 1)) {
            try Corpus.open(path, overrides: .init(preset: .caffe))
        }
        #expect(throws: DatasetError.channelOrder(path: path, channels: 1)) {
            try Corpus.open(path, model: .init(note: Preprocessing(order: .bgr)))
        }
    }

    @Test("A model's note is of bytes: floats heed it only where their file says that they are from 0 to 255")
    func floats() throws {
        let model = ModelPixels(note: note)
        let noted = try corpus(255, bytes: false, range: [0, 255], model: model).feeding
        #expect(noted.from == .modelNote && noted.preprocessing == note && noted.warnings.isEmpty)
        let bare = try corpus(255, bytes: false, model: model).feeding
        #expect(bare.from == .nobody && bare.preprocessing == Preprocessing() && bare.warnings.count == 1)
        #expect(
            bare.warnings[0].contains("the model was trained on pixels from -2 to 2, and is fed numbers from 0 to 255")
                && bare.line.contains("(x from 0 to 255 in the first 2 images)"))
        let other = try corpus(255, bytes: false, range: [0, 1], model: model).feeding
        #expect(other.from == .nobody)
        // What fits needs no warning.
        let path = try folder.hdf5 { try $0.add("x", [2, 1, 1, 3], [-2, -1, 0, 1, 2, 1.5], as: .float32) }
        let fitting = try Corpus.open(path, model: model).feeding
        #expect(
            fitting.from == .nobody && fitting.warnings.isEmpty
                && fitting.line == "pixels: rgb, as they are (x from -2 to 2 in the first 2 images), by nobody")
    }

    @Test(
        "Pictures of floats that nobody says anything about are fed as they are, with a warning; lists of numbers without"
    )
    func bareFloats() throws {
        #expect(try corpus(1, bytes: false).feeding.warnings.count == 1)
        let path = try folder.hdf5 { try $0.add("x", [2, 3], [0, 1, 2, 3, 4, 5], as: .float32) }
        #expect(try Corpus.open(path, model: .init()).feeding.warnings.isEmpty)
    }

    @Test("A preset on numbers that are no bytes, and what a model's own layers cannot be made for, are said")
    func misfits() throws {
        let preset = try corpus(1, bytes: false, .init(preset: .unit)).feeding
        #expect(
            preset.from == .flags && preset.warnings.count == 1
                && preset.warnings[0].contains("--pixels 0..1 is about pixels from 0 to 255"))
        #expect(try corpus(255, bytes: false, .init(preset: .unit)).feeding.warnings.isEmpty)
        let layers = ModelPixels(layers: rescaling)
        #expect(try corpus(1, bytes: false, model: layers).feeding.warnings.count == 1)
        #expect(
            try corpus(255, .init(preset: .unit), model: layers).feeding.warnings[0].contains(
                "the model's own layers (rescaling) make 0 to"))
        #expect(try corpus(255, bytes: false, model: layers).feeding.warnings.isEmpty)
    }

    @Test("A batch normalization behind the input decides for bytes where its statistics are those of bytes")
    func statistics() throws {
        func layers(mean: Float, variance: Float) throws -> InputScaling? {
            var graph = Graph()
            let input = try graph.add(Layer(name: "image", operation: .input(Input(shape: [2, 1, 3]))))
            let weights = [
                Weight(.movingMean, Tensor([mean, mean, mean])),
                Weight(.movingVariance, Tensor([variance, variance, variance])),
            ]
            graph.outputs = [
                try graph.add(
                    Layer(name: "bn", operation: .batchNormalization(BatchNormalization(axis: 2)), weights: weights),
                    [input])
            ]
            return graph.scaling(of: input)
        }
        #expect(try corpus(model: ModelPixels(layers: layers(mean: 120, variance: 4000))).feeding.from == .modelLayers)
        for (mean, variance) in [(0.5, 0.06), (0, 1)] as [(Float, Float)] {
            #expect(
                try corpus(model: ModelPixels(layers: layers(mean: mean, variance: variance))).feeding.from == .nobody)
        }
    }

    @Test("The line tells order, formula and who decided, neutral parts left out")
    func lines() throws {
        #expect(
            try corpus(255, .init(scale: 0.5, mean: [1, 2, 3], std: [4])).feeding.line
                == "pixels: rgb, (x · 0.5 − [1, 2, 3]) / 4, by --scale, --mean, --std")
        #expect(
            try corpus(255, .init(preset: .caffe)).feeding.line
                == "pixels: bgr, x − [103.939, 116.779, 123.68], by --pixels caffe")
        #expect(try corpus(255, .init(mean: [-1])).feeding.line == "pixels: rgb, x + 1, by --mean")
        #expect(try corpus(255, .init(std: [2])).feeding.line == "pixels: rgb, x / 2, by --std")
    }

    @Test("An attribute 'order' that is none is named; without the others it may mean something else")
    func orders() throws {
        func open(_ name: String, scale: Double?) throws -> Corpus {
            try Corpus.open(
                try folder.hdf5("\(name).h5") {
                    let attributes = try $0.add("x", [1, 1, 1, 3], [1, 2, 3]).attributes
                    try attributes.set("order", .string(name))
                    if let scale { try attributes.set("scale", .double(scale)) }
                })
        }
        #expect(try open("BGR", scale: nil).preprocessing == Preprocessing(order: .bgr))
        #expect(try open("C", scale: nil).feeding.from == .nobody)
        #expect(throws: DatasetError.self) { try open("brg", scale: 2) }
    }
}
