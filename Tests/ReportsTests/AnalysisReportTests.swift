import Testing
@testable import Reports

extension PixelsLine {
    static let asTheyAre = PixelsLine(
        order: "rgb", scale: 1, mean: [0], std: [1], from: "nobody", stored: nil, text: "pixels: as they are")
}

extension AnalysisReport {
    /// Two layers: four filters of which two are dead, one of them pinned; and two without a scale, both alive.
    static func sample(
        images: Int = 0, watchedUpTo: [String] = [], pixels: FedPixels = FedPixels(),
        declarations: [DeclarationLine] = [], keptAlive: KeptAliveLine? = nil, isPinned: Bool = true,
        suspected: [Int] = [], opaque: [OpaqueLine] = [], together: OpaqueLine.Together? = nil, macs: Bool = true
    ) -> AnalysisReport {
        let conv = LayerLine(
            name: "conv", kind: "Conv2D", filters: 4,
            dead: Dead(activation: images > 0 ? [1] : nil, scale: [1, 2], weight: [1], unread: [], statistics: [1]),
            deadFilters: [1, 2], proven: [1], inPassing: [], suspected: suspected, removable: [1], chosen: [],
            pinned: isPinned ? [Pinned(filter: 2, reason: "a sum with 'other'")] : [],
            universality: images > 0 ? [0, 0, 50, 100] : nil)
        let dense = LayerLine(
            name: "fc", kind: "Dense", filters: 2,
            dead: Dead(activation: nil, scale: nil, weight: [], unread: [], statistics: nil), deadFilters: [],
            proven: [], inPassing: [], suspected: [], removable: [], chosen: [], pinned: [], universality: nil)
        return AnalysisReport(
            images: images, pixels: pixels, watchedUpTo: watchedUpTo, criteria: ["scale", "weight"],
            declarations: declarations, keptAlive: keptAlive, layers: [conv, dense],
            totals: Totals(
                filters: 6, dead: 2, deadByActivation: images > 0 ? 1 : nil, deadByScale: 2, deadByWeight: 1,
                deadUnread: 0, deadByStatistics: 1, inPassing: 0, suspected: suspected.count, chosen: 0, removable: 1,
                pinned: isPinned ? 1 : 0, parameters: .init(before: 1000, after: 900),
                macs: macs ? .init(before: 20_000, after: 19_000) : nil),
            network: [
                NetworkLine(
                    name: "conv", kind: "Conv2D", inputs: [],
                    dense: .init(outputShape: [2, 2, 4], parameters: 40, macs: 160),
                    compact: .init(outputShape: [2, 2, 3], parameters: 30, macs: 120)),
                NetworkLine(
                    name: "fc", kind: "Dense", inputs: [0], dense: .init(outputShape: [2], parameters: 34, macs: 32),
                    compact: nil),
            ],
            firstKernels: FirstKernels(
                layer: "conv", shape: [2, 1, 3, 4], values: (0..<24).map { Float($0) - 12 }),
            pinnedBy: isPinned
                ? [PinnedBy(reason: "a sum with 'other'", category: "sum", filters: 1, parameters: 36, macs: nil)] : [],
            opaque: opaque, opaqueTogether: together)
    }
}

@Suite struct AnalysisReportText {
    @Test("A headline, what is dead by which sign, and what holds the pinned")
    func whole() {
        #expect(
            AnalysisReport.sample().text == """
                2 of 6 filters are dead (no corpus: activations were not looked at): 1 can go by scale, weight, 1 are pinned
                what can go takes 10.0 % of the parameters (1,000 → 900) and 5.0 % of the MACs (20,000 → 19,000)

                layer  kind    filters  activation  scale  weight  unread  statistics  range  proven  dead  removable  pinned
                ─────  ──────  ───────  ──────────  ─────  ──────  ──────  ──────────  ─────  ──────  ────  ─────────  ──────
                conv   Conv2D        4           –      2       1       0           1      –       1     2          1       1
                fc     Dense         2           –      –       0       0           –      –       0     0          0       0
                total                6           –      2       1       0           1      –       1     2          1       1

                filters  parameters  MACs  pinned because
                ───────  ──────────  ────  ──────────────────
                      1          36     ?  a sum with 'other'
                Parameters and MACs: of the weights that make these filters and those that read them, each filter by itself.

                """)
    }

    @Test(
        "The headline says how far activations were looked at",
        arguments: [
            (0, ["odd"], "activations were not looked at: nothing comes before 'odd', which cannot be evaluated"),
            (1200, [], "activations over 1,200 images"),
            (10, ["odd"], "activations over 10 images, up to 'odd', which cannot be evaluated"),
        ])
    func corpus(images: Int, watchedUpTo: [String], text: String) {
        #expect(AnalysisReport.sample(images: images, watchedUpTo: watchedUpTo).text.contains("(\(text)): 1 can go"))
    }

    @Test("Where MACs are not known the headline leaves them out")
    func unknownWork() {
        #expect(AnalysisReport.sample(macs: false).text.contains("parameters (1,000 → 900)\n\nlayer"))
    }

    @Test("What is suspected and what stays alive are noted below the table, what the audit rests on at the end")
    func notes() {
        let report = AnalysisReport.sample(
            images: 10, pixels: FedPixels(inputs: [.asTheyAre]),
            declarations: [DeclarationLine(declaration: "odd=relu", layers: ["odd"])],
            keptAlive: KeptAliveLine(filters: 3, maxRelativeError: 0.5, tolerance: 0.01), isPinned: false,
            suspected: [3])
        #expect(
            report.text.hasSuffix(
                """
                        1      –       1     2          1       0
                suspected by moving statistics, not counted as dead: 1 (--criteria …,statistics counts and cuts them)
                3 more with small weights stay: with them cut the answers move by 5.0e-01 of the range, more than 1.0e-02, so \
                some are alive; a lower --scale-threshold or --weight-threshold cuts the others

                pixels: as they are
                assumes that 'odd' computes what --declare 'odd=relu' says
                """))
    }

    @Test("What is assumed stands apart from the tables where no pixels were fed")
    func assumptions() {
        let report = AnalysisReport.sample(
            declarations: [DeclarationLine(declaration: "o*=relu", layers: ["odd", "other"])], isPinned: false)
        #expect(
            report.text.hasSuffix("0\n\nassumes that 'odd', 'other' compute what --declare 'o*=relu' says"))
    }

    @Test("Layers that are not understood come with the declaration that would free filters")
    func advice() {
        let line = OpaqueLine(
            layers: ["odd"], className: "Odd", heldFilters: 2, freedFilters: 1, parameters: 50, patterns: ["odd"],
            declaration: "--declare 'odd=…'")
        let report = AnalysisReport.sample(
            opaque: [line], together: .init(heldFilters: 2, freedFilters: 1, parameters: 50))
        #expect(
            report.text.hasSuffix(
                """
                each filter by itself.
                1 layer is not understood (Odd) and holds 2 dead filters; if it works element by element, --declare 'odd=…' \
                would free 1 of them (5.0 % of the parameters)

                """))
    }

    @Test("Of many patterns to declare the first four are shown")
    func manyPatterns() {
        let line = OpaqueLine(
            layers: ["a", "b", "c", "d", "e"], className: "Odd", heldFilters: 9, freedFilters: 9, parameters: 500,
            patterns: ["a", "b", "c", "d", "e"], declaration: "")
        let text = OpaqueLine.advice([line], .init(heldFilters: 9, freedFilters: 9, parameters: 500), of: 1000)
        #expect(text.hasPrefix("5 layers are not understood (Odd) and hold 9 dead filters; if they work"))
        #expect(text.contains("--declare 'd=…' and so on would free 9 of them (50.0 % of the parameters)"))
        #expect(!text.contains("'e=…'"))
    }
}

@Suite struct AnalysisReportValues {
    @Test("JSON has the audit's keys, without those of what there is none of")
    func keys() throws {
        let keys = [
            "criteria", "declarations", "firstKernels", "images", "inputRange", "layers", "network", "opaque",
            "pinnedBy", "pixels", "schema",
            "totals",
            "watchedUpTo",
        ]
        #expect(try AnalysisReport.sample().keys == keys)
        let kept = KeptAliveLine(filters: 3, maxRelativeError: 0.5, tolerance: 0.01)
        let together = OpaqueLine.Together(heldFilters: 1, freedFilters: 1, parameters: 1)
        #expect(
            try AnalysisReport.sample(keptAlive: kept, together: together).keys
                == (keys + ["keptAlive", "opaqueTogether"]).sorted())
    }

    @Test("What was not looked at is null, in layers and in totals")
    func nulls() throws {
        let report = AnalysisReport.sample(macs: false)
        let conv = try report.layers[0].json
        #expect(
            conv.contains(
                #""dead":{"activation":null,"range":null,"scale":[1,2],"statistics":[1],"unread":[],"weight":[1]}"#))
        #expect(conv.contains(#""universality":null"#))
        #expect(conv.contains(#""pinned":[{"filter":2,"reason":"a sum with 'other'"}]"#))
        #expect(try report.totals.json.contains(#""deadByActivation":null"#))
        #expect(try report.totals.json.contains(#""macs":null"#))
        #expect(try report.pinnedBy[0].json.contains(#""macs":null"#))
        #expect(try report.json.contains(#""pixels":null"#))
        #expect(try AnalysisReport.sample(images: 10).layers[0].json.contains(#""universality":[0,0,50,100]"#))
    }

    @Test("The chart has all, dead and removable filters of each layer")
    func chart() {
        let chart = AnalysisReport.sample().charts.first
        #expect(chart?.categories == ["conv", "fc"])
        #expect(chart?.series.map(\.values) == [[4, 2], [2, 0], [1, 0]])
    }

    @Test("In CSV what was not looked at is empty")
    func csv() {
        #expect(AnalysisReport.sample().csv.contains("\nfc,Dense,2,,,0,0,,,0,0,0,0\n"))
        #expect(AnalysisReport.sample().csv.contains("\n1,36,,a sum with 'other'\n"))
    }
}
