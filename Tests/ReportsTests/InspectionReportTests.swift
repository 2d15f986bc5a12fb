import Graphs
import Testing
@testable import Reports

@Suite struct InspectionReportTests {
    private func report(macs: Int? = 2000, calls: Int = 1, opaque: [String] = [], declarable: [String] = [])
        -> InspectionReport
    {
        InspectionReport(
            path: "m.h5", format: "Keras 3", inputs: [.init(name: "in", shape: [nil, 8, 8, 3])],
            outputs: [.init(name: "out", shape: [nil, 4])],
            layers: [
                .init(
                    name: "conv", kind: "Conv2D", outputShape: [nil, 8, 8, 4], parameters: 1120, macs: macs,
                    calls: calls),
                .init(name: "odd", kind: "Odd", outputShape: nil, parameters: 0, macs: 0, calls: 1),
            ], parameters: 1120, macs: macs, fileBytes: 45_600, opaque: opaque, declarable: declarable, warnings: [])
    }

    @Test("The file, its ports, its layers and what they cost")
    func text() {
        #expect(
            report().text == """
                m.h5: Keras 3, 45.6 kB
                input   in (None, 8, 8, 3)
                output  out (None, 4)

                layer  kind    output           parameters   MACs
                ─────  ──────  ───────────────  ──────────  ─────
                conv   Conv2D  (None, 8, 8, 4)       1,120  2,000
                odd    Odd     unknown                   0      0

                1,120 parameters, 2,000 MACs an image
                """)
    }

    @Test("Costs that are not known are said to be so, and a shared layer has its number of calls")
    func unknown() {
        let text = report(macs: nil, calls: 3).text
        #expect(text.contains("conv   Conv2D (called 3 times)  (None, 8, 8, 4)       1,120     ?\n"))
        #expect(text.hasSuffix("\n1,120 parameters, unknown MACs an image"))
    }

    @Test("Layers that cannot be evaluated come last, with what to declare")
    func opaque() {
        #expect(
            report(opaque: ["odd"], declarable: ["odd"]).text.hasSuffix(
                "\ncannot be evaluated: 'odd'; say what a layer computes number by number with --declare 'LAYER=FUNCTION', such as relu or linear"
            ))
        #expect(
            report(opaque: ["odd", "even"], declarable: ["clip"]).text.hasSuffix(
                "\ncannot be evaluated: 'odd', 'even'\(Graph.declarationHint(["clip"]))"))
    }

    @Test("JSON has a null for the batch axis, and leaves out what is not known")
    func values() throws {
        let keys = [
            "declarable", "fileBytes", "format", "inputs", "layers", "macs", "opaque", "outputs", "parameters", "path",
            "schema", "warnings",
        ]
        #expect(try report().keys == keys)
        #expect(try report(macs: nil).keys == keys.filter { $0 != "macs" })
        #expect(try report().json.contains(#""inputs":[{"name":"in","shape":[null,8,8,3]}]"#))
        #expect(try report().layers[1].json == #"{"calls":1,"kind":"Odd","macs":0,"name":"odd","parameters":0}"#)
    }

    @Test("A graph is told by its layers, in its order")
    func graph() throws {
        var graph = Graph()
        let input = try graph.add(Layer(name: "in", operation: .input(Input(shape: [4]))), [])
        graph.outputs = [try graph.add(Layer(name: "same", operation: .identity), [input])]
        let report = InspectionReport(path: "m.h5", format: "Keras 3", graph: graph, fileBytes: 1, warnings: ["old"])
        #expect(report.layers.map(\.name) == ["in", "same"])
        #expect(report.layers.map(\.calls) == [1, 1])
        #expect(report.outputs.map(\.name) == ["same"])
        #expect(report.outputs[0].shape == [nil, 4])
        #expect((report.parameters, report.macs) == (0, 0))
        #expect(report.warnings == ["old"])
    }
}
