import Testing
@testable import Reports

@Suite struct EvaluationReportTests {
    private func report(softLabels: Int = 0, declarations: [DeclarationLine] = []) -> EvaluationReport {
        EvaluationReport(
            model: "m.h5", images: 1000, pixels: FedPixels(inputs: [.asTheyAre]), loss: 0.25, top1Error: 12.5,
            top5Error: 0, softLabels: softLabels, declarations: declarations)
    }

    @Test("Loss and errors stand below each other, then how pixels were fed")
    func text() {
        #expect(
            report().text == """
                m.h5 on 1,000 images
                  loss         0.250
                  top-1 error  12.5 %
                  top-5 error  0 %
                  pixels: as they are
                """)
    }

    @Test("Labels that are probabilities are named, and so is what was assumed")
    func notes() {
        let text = report(softLabels: 3, declarations: [DeclarationLine(declaration: "o=relu", layers: ["o"])]).text
        #expect(text.contains("  loss         0.250, against the class probabilities that the labels are\n"))
        #expect(text.hasSuffix("\n  pixels: as they are\nassumes that 'o' computes what --declare 'o=relu' says"))
    }

    @Test("JSON has loss and errors at the top")
    func values() throws {
        #expect(
            try report().keys == [
                "declarations", "images", "loss", "model", "pixels", "schema", "softLabels", "top1Error", "top5Error",
            ])
    }
}
