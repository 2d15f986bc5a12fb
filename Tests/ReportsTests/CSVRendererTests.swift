import Testing
@testable import Reports
@testable import Training

@Suite struct CSVRendering {
    @Test("Numbers are written in full, and what is missing is empty")
    func numbers() {
        let table = Table(
            [.left("layer"), .right("filters"), .right("share"), .right("file"), .right("error")],
            rows: [
                ["conv", .count(1024), .number(0.1234, Format.percent), .number(1_234_567, Format.bytes), .digits(nil)]
            ])
        #expect(Sample(.table(table)).csv == "layer,filters,share,file,error\nconv,1024,0.1234,1234567,\n")
        #expect(Sample(.table(table)).text.hasSuffix("conv     1,024  12.3 %  1.23 MB      –\n"))
    }

    @Test("Commas, quotation marks and newlines are quoted")
    func quotation() {
        let table = Table([.left("a,b"), .left("c")], rows: [["say \"x\"", "one\ntwo"]])
        #expect(Sample(.table(table)).csv == "\"a,b\",c\n\"say \"\"x\"\"\",\"one\ntwo\"\n")
    }

    @Test("An empty line parts tables, and only tables are written")
    func tables() {
        let report = Sample(
            .headline("first"), .table(Table([.left("a")], rows: [["1"]])), .note("n"), .table(Table([.left("b")])))
        #expect(report.csv == "a\n1\n\nb\n")
        #expect(Sample(.headline("first")).csv.isEmpty)
    }

    @Test("A training's history has a row for each epoch, and columns for each layer's scales")
    func history() {
        let scales = ScaleSummary(layer: "c,1", filters: 4, dead: 1, gamma: [0.5, 1, 2, 3, 4, 5, 6], beta: [])
        let record = EpochRecord(
            epoch: 1, learningRate: 0.001, loss: 2.25, top1Error: 50, top5Error: 10, testLoss: nil, testTop1Error: nil,
            testTop5Error: nil, sparsity: 25, layers: [scales])
        #expect(
            CSVRenderer().render([record].table) == """
                epoch,learningRate,loss,top1Error,top5Error,testLoss,testTop1Error,testTop5Error,sparsity,\
                "c,1:dead","c,1:gamma:min","c,1:gamma:q05","c,1:gamma:q25","c,1:gamma:q50","c,1:gamma:q75",\
                "c,1:gamma:q95","c,1:gamma:max"
                1,0.001,2.25,50.0,10.0,,,,25.0,1,0.5,1.0,2.0,3.0,4.0,5.0,6.0

                """)
    }
}
