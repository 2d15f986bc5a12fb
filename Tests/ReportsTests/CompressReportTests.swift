import Testing
@testable import Reports

@Suite struct CompressReportTests {
    @Test("The parts of the job stand under their headings")
    func text() {
        let analysis = AnalysisReport.sample(images: 10, pixels: FedPixels(inputs: [.asTheyAre]))
        let prune = PruneReport.sample()
        let report = CompressReport(
            model: "in.h5", analysis: analysis, prune: prune, benchmark: nil, cannotRun: ["odd"])
        #expect(
            report.text == """
                AUDIT  in.h5
                \(analysis.text)

                SURGERY AND VERIFICATION  out.h5
                \(Sample(sections: prune.parts).text)

                LATENCY
                not measured: 'odd' cannot be evaluated

                out.h5: 50.0 % of the parameters, 50.0 % of the MACs, 50.0 % of the bytes.
                Answers verified on 100 images (corpus): the largest deviation is 1.0e-06 of the output's range.
                """)
        #expect(report.markdown.contains("\n## SURGERY AND VERIFICATION  out.h5\n"))
    }

    @Test("JSON says at the top whether the model is verified, and has null for what was not timed")
    func values() throws {
        let report = CompressReport(
            model: "in.h5", analysis: .sample(), prune: .sample(verified: false), benchmark: nil, cannotRun: ["odd"])
        #expect(
            try report.keys == [
                "analysis", "benchmark", "cannotRun", "declarations", "model", "notVerifiedBecause", "pixels", "prune",
                "schema",
                "verified",
            ])
        #expect(try report.json.contains(#""benchmark":null"#))
        #expect(try report.json.hasSuffix(#""schema":1,"verified":false}"#))
        #expect(try report.json.contains(#""model":"in.h5","notVerifiedBecause":"no limit""#))
    }
}
