import HDF5
import TestSupport
import Testing

/// What a range of inputs proves, and cuts that hold inside it, through the verbs.
@Suite struct InputRangeTests {
    private struct Range: Decodable, Equatable {
        struct Input: Decodable, Equatable { let lowest, highest: [Float] }
        let inputs: [Input?]; let from: String
    }
    private struct Audit: Decodable {
        struct Dead: Decodable { let range: [Int]? }
        struct Layer: Decodable { let dead: Dead; let linear, asleepInTraining: [Int]?; let deadFilters: [Int] }
        struct Totals: Decodable { let deadByRange, linear, asleepInTraining: Int? }
        let layers: [Layer]; let totals: Totals; let inputRange: Range?
    }
    private struct Cut: Decodable {
        struct Inside: Decodable { let images: Int; let maxRelativeError: Double }
        struct Verification: Decodable { let images: Int?; let source: String?; let insideRange: Inside? }
        struct Layer: Decodable { let removed: [Int] }
        let exact, verified: Bool; let verification: Verification; let inputRange: Range?; let layers: [Layer]
    }

    private let folder = TemporaryFolder()

    /// Filter 0 is shifted so far down that no pixel up to 255 opens its ReLU; filter 1 is shifted far up.
    init() throws {
        var model = SmallModel()
        model.weights["bn"]?[0].values = [1, 1]
        model.weights["bn"]?[1].values = [-1000, 2000]
        try model.write(to: folder.file("m.h5"))
    }

    private func audited(_ options: String...) throws -> Audit {
        try succeed(["analyze", "m.h5", "--json", "-"] + options, in: folder).json()
    }

    @Test("The audit lists what the range proves, and says what range that is and who decided it")
    func audit() throws {
        let usual = try audited()
        #expect(usual.layers[0].dead.range == [0] && usual.layers[0].linear == [1])
        #expect(usual.layers[0].asleepInTraining == nil && usual.layers[1].linear == nil)
        #expect(usual.totals.deadByRange == 1 && usual.totals.linear == 1)
        #expect(usual.inputRange == Range(inputs: [.init(lowest: [0], highest: [255])], from: "nobody"))
        // It holds under a condition: only where it is a criterion does it count.
        #expect(usual.layers[0].deadFilters == [])
        #expect(try audited("--criteria", "range").layers[0].deadFilters == [0])
        let wide = try audited("--input-range", "-1e4:1e4")
        #expect(wide.layers[0].dead.range == [] && wide.layers[0].linear == [] && wide.inputRange?.from == "flags")
        let scaled = try audited("--pixels", "-1..1")
        #expect(scaled.inputRange == Range(inputs: [.init(lowest: [-1], highest: [1])], from: "flags"))
        let text = try succeed("analyze", "m.h5", in: folder).stdout
        #expect(text.contains("range: inputs from 0 to 255, by pixels from 0 to 255, as they are, by nobody"))
        #expect(text.contains("proven dead for every input inside the range, not counted as dead: 1"))
        #expect(text.contains("whose ReLU never closes for any input inside the range: 1"))
    }

    @Test(
        "A cut by range is exact inside, verified there, and the new file notes for what", arguments: ["h5", "keras"])
    func cut(ending: String) throws {
        var model = "m.h5"
        if ending == "keras" {
            try succeed("convert", "m.h5", "-o", "m.keras", in: folder)
            model = "m.keras"
        }
        let options = [
            "prune", model, "-o", "c.\(ending)", "--criteria", "range", "--input-range", "0:255", "--require-verified",
        ]
        let cut: Cut = try succeed(options + ["--json", "-"], in: folder).json()
        #expect(cut.exact && cut.verified && cut.layers[0].removed == [0])
        #expect(cut.verification.source == "box" && cut.verification.images == 32)
        #expect(cut.inputRange == Range(inputs: [.init(lowest: [0], highest: [255])], from: "flags"))
        let text = try succeed(options + ["--force"], in: folder).stdout
        #expect(text.contains("exact cut for inputs inside the range") && text.contains("tones and corners"))
        #expect(text.contains("range: inputs from 0 to 255, by --input-range"))
        let noted: Audit = try succeed("analyze", "c.\(ending)", "--json", "-", in: folder).json()
        #expect(noted.inputRange == Range(inputs: [.init(lowest: [0], highest: [255])], from: "cutNote"))
        let wider = try succeed("analyze", "c.\(ending)", "--input-range", "-9:300", in: folder)
        #expect(wider.stderr.contains("an earlier cut holds for a smaller --input-range"))
        try fail(
            "analyze", "c.\(ending)", "--input-range", "300:400", in: folder,
            saying: "c.\(ending)", "an earlier cut holds for inputs that --input-range leaves out")
    }

    @Test("What is not cut by range leaves no note, and holds everywhere")
    func otherCuts() throws {
        let cut: Cut = try succeed("prune", "m.h5", "-o", "c.h5", "--json", "-", in: folder).json()
        #expect(cut.inputRange == nil && cut.verification.source == "random")
        #expect(try File.open(folder.file("c.h5")).root.attributes.string("deadwood_input_range") == nil)
    }

    @Test("Images outside the range are named and left out; made ones inside are compared beside the others")
    func outside() throws {
        var pixels = (0..<192).map { 1 + Double($0) }
        for image in [3, 7] { pixels[image * 16 + 5] = 300 }
        try folder.corpus("x.h5", ["x": ([12, 4, 4, 1], pixels)])
        let outcome = try succeed(
            "prune", "m.h5", "-o", "c.h5", "--criteria", "range", "--input-range", "0:255", "--verify", "x.h5",
            "--json", "-",
            in: folder)
        let cut: Cut = try outcome.json()
        #expect(outcome.stderr.contains("2 images of 12 to compare on lie outside --input-range, image 3 the first"))
        #expect(cut.verified && cut.verification.images == 10 && cut.verification.insideRange?.images == 32)
    }

    @Test("Ranges that are none, or not of this model, are refused")
    func refused() throws {
        for text in ["1", "1:0", "0:1:2", "0:nan", "a:b", "", "0:1,", ":1"] {
            let outcome = try deadwood("analyze", "m.h5", "--input-range", text, in: folder)
            #expect(outcome.status == 64 && outcome.stderr.contains("--input-range"), "\(text): \(outcome.stderr)")
        }
        try fail(
            "analyze", "m.h5", "--input-range", "0:1,0:1", in: folder,
            saying: "--input-range gives 2 ranges", "'image' has 1 channel")
        try fail(
            "analyze", "m.h5", "--input-range", "0:1", "--input-range", "0:1", in: folder,
            saying: "the model has 1 input, --input-range was given 2 times")
    }

    @Test("Batch statistics of training keep a filter asleep that is shifted down by more than √(N − 1) scales")
    func training() throws {
        let found = try audited("--training-batch", "8")
        #expect(found.layers[0].asleepInTraining == [0] && found.layers[1].asleepInTraining == nil)
        #expect(found.totals.asleepInTraining == 1 && found.layers[0].deadFilters == [])
        // 4 positions an image: N = 4 · 2.5 · 10⁵, √(N − 1) ≈ 1000.
        #expect(try audited("--training-batch", "249000").layers[0].asleepInTraining == [0])
        #expect(try audited("--training-batch", "251000").layers[0].asleepInTraining == [])
        let text = try succeed("analyze", "m.h5", "--training-batch", "8", in: folder).stdout
        #expect(text.contains("asleep in every step of training on 8 images by its batch statistics: 1"))
    }
}
