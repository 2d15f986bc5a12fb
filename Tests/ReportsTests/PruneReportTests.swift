import Testing
@testable import Reports

extension PruneReport {
    static func sample(
        removed: [Int] = [1, 3], carriers: Int = 1, macs: Change? = Change(before: 2000, after: 1000),
        exact: Bool = true, selection: SelectionLine? = nil, recalibrated: Bool = false,
        alignment: AlignmentLine? = nil, verified: Bool = true, keptAlive: KeptAliveLine? = nil,
        declarations: [DeclarationLine] = []
    ) -> PruneReport {
        PruneReport(
            output: "out.h5",
            layers: [
                LayerLine(name: "conv", before: 4, after: 4 - removed.count, removed: removed, carriers: carriers),
                LayerLine(name: "fc", before: 10, after: 10, removed: [], carriers: 0),
            ], parameters: Change(before: 1200, after: 600), macs: macs, fileBytes: Change(before: 5000, after: 2500),
            exact: exact, selection: selection, recalibrated: recalibrated, alignment: alignment, verified: verified,
            notVerifiedBecause: verified ? nil : "no limit", verification: .sample(), keptAlive: keptAlive,
            pixels: FedPixels(), declarations: declarations, warnings: [])
    }
}

@Suite struct PruneReportText {
    @Test("What went, what that saves, and how the answers compare")
    func whole() {
        #expect(
            PruneReport.sample().text == """
                layer  filters  kept  removed  carriers
                ─────  ───────  ────  ───────  ────────
                conv         4     2        2         1

                                 dense  compact    kept
                ─────────────  ───────  ───────  ──────
                filters             14       12  85.7 %
                parameters       1,200      600  50.0 %
                MACs an image    2,000    1,000  50.0 %
                file           5.00 kB  2.50 kB  50.0 %

                verified on 100 images of the corpus: exact cut
                  largest deviation  2.0e-06, 1.0e-06 of the output's range (allowed 1.0e-04)

                out.h5: 50.0 % of the parameters, 50.0 % of the MACs, 50.0 % of the bytes.
                Answers verified on 100 images (corpus): the largest deviation is 1.0e-06 of the output's range.
                """)
    }

    @Test("Where nothing can go that is said in place of the table, and unknown MACs have no row")
    func nothing() {
        let text = PruneReport.sample(removed: [], carriers: 0, macs: nil).text
        #expect(text.hasPrefix("nothing to cut: no dead filter can go\n\n"))
        #expect(!text.contains("MACs"))
    }

    @Test("What else was done is noted below the totals, what was assumed and fed at the end")
    func notes() {
        var report = PruneReport.sample(
            recalibrated: true, alignment: AlignmentLine(multiple: 8),
            keptAlive: KeptAliveLine(filters: 3, maxRelativeError: 0.5, tolerance: 0.01),
            declarations: [DeclarationLine(declaration: "odd=relu", layers: ["odd"])])
        report.allPixels = FedPixels(inputs: [.asTheyAre])
        let text = report.text
        #expect(
            text.contains(
                """
                50.0 %
                widths aligned to multiples of 8, where layers are wide enough
                normalizations recalibrated over the corpus
                3 more with small weights stay
                """))
        #expect(
            text.contains(
                "\nassumes that 'odd' computes what --declare 'odd=relu' says\npixels: as they are\n\nout.h5:"))
    }

    @Test("A cut of living filters is lossy, unless nothing of what was chosen went")
    func lossy() {
        func line(cut: Int) -> SelectionLine {
            SelectionLine(
                method: "li", scope: "layer", fraction: 0.3, seed: nil, keepAtLeast: 1, chosen: 5, cut: cut, pinned: 2)
        }
        #expect(
            PruneReport.sample(exact: false, selection: line(cut: 3)).text.contains(
                "corpus: lossy cut: filters were chosen by Li et al. 2017 (smallest Σ|w|), 30.0 % of each layer, tied ones as one: 5 beyond those that go anyway, 2 of them pinned\n"
            ))
        #expect(
            PruneReport.sample(exact: false, selection: line(cut: 0)).text.contains(
                "corpus: approximate cut (small scales, or what was seen of data)\n"))
    }

    @Test(
        "A selection is told by its method and its scope",
        arguments: [
            ("slimming", "global", "Network Slimming (smallest |γ|), 50.0 % of all layers together, tied"),
            ("apoz", "layer", "APoZ (most zero activations), 50.0 % of each layer, tied"),
            ("random", "layer", "chance (seed 7), 50.0 % of each layer, tied"),
        ])
    func selection(method: String, scope: String, text: String) {
        let line = SelectionLine(
            method: method, scope: scope, fraction: 0.5, seed: 7, keepAtLeast: 1, chosen: 1, cut: 1, pinned: 0)
        #expect(line.text.contains(text))
    }

    @Test("Timed widths come with what each was worth")
    func alignment() {
        func line(_ multiple: Int, _ measured: [AlignmentLine.Candidate]) -> AlignmentLine {
            AlignmentLine(multiple: multiple, measured: measured, basis: .measured)
        }
        let candidate = AlignmentLine.Candidate(multiple: 8, speedup: 1.5, ci95: [1.25, 1.75])
        #expect(line(1, []).text == "widths as they come: 4, 8 and 16 give the same")
        #expect(
            line(1, [candidate]).text
                == "widths as they come: no multiple is surely faster here; speed against widths as they come: 8: 1.50× (1.25×…1.75×)"
        )
        #expect(
            line(8, [candidate]).text.hasPrefix(
                "widths aligned to multiples of 8, where layers are wide enough: the fastest here; speed"))
        let own = AlignmentLine(
            multiple: 0, measured: [candidate],
            layers: [
                .init(layer: "a", multiple: 1), .init(layer: "b", multiple: 8), .init(layer: "c", multiple: 8),
                .init(layer: "d", multiple: nil),
            ], byLayer: .init(speedup: 2, ci95: [1.5, 2.5]), dense: .init(speedup: 0.5, ci95: [0.4, 0.6]),
            basis: .measured)
        #expect(
            own.text
                == "widths aligned layer by layer (dense width: 1, as they come: 1, 8: 2): the fastest here; speed against widths as they come: 8: 1.50× (1.25×…1.75×), layer by layer: 2.00× (1.50×…2.50×), dense: 0.50× (0.40×…0.60×)"
        )
        #expect(
            AlignmentLine(multiple: 4, measured: [], basis: .budget).text.hasSuffix(
                "keeps the most filters within the time"))
    }
}

@Suite struct PruneReportValues {
    @Test("JSON has the keys of the cut; what was not asked for is absent, what was not measured null")
    func keys() throws {
        let keys = [
            "allPixels", "declarations", "exact", "fileBytes", "layers", "macs", "notVerifiedBecause", "output",
            "parameters",
            "pixels", "recalibrated", "schema", "verification", "verified", "warnings",
        ]
        let report = PruneReport.sample(macs: nil)
        #expect(try report.keys == keys)
        #expect(try report.json.contains(#""macs":null,"notVerifiedBecause":null,"#))
        #expect(try PruneReport.sample(alignment: AlignmentLine(multiple: 4)).keys.contains("alignment"))
    }

    @Test("An alignment has its multiple and what was measured")
    func alignment() throws {
        #expect(try AlignmentLine(multiple: 8).json == #"{"basis":"given","measured":[],"multiple":8}"#)
    }

    @Test("In CSV shares and bytes are numbers")
    func csv() {
        #expect(PruneReport.sample().csv.hasSuffix("\nMACs an image,2000,1000,0.5\nfile,5000,2500,0.5\n"))
    }
}
