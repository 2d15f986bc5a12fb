import Testing
import Training
@testable import Experiments

/// What the catalogue says the papers print, against the summary of them.
@Suite struct CatalogueTests {
    private func row(_ experiment: String, _ label: String) throws -> ExperimentRow {
        try #require(Experiment.named(experiment).rows([label]).first)
    }

    @Test("Rows hold the numbers of the papers' tables")
    func figures() throws {
        let adam = try row("table1-cifar10", "adam-l2-1e-4").paper
        #expect([adam.activation, adam.scale, adam.error] == [71, 70, 10.5])
        let sgd = try row("table1-cifar100", "sgd-l2-5e-4").paper
        #expect([sgd.activation, sgd.scale, sgd.error] == [4, 4, 42.1])
        let adamax = try row("table1-cifar10", "adamax-l2-1e-2").paper
        #expect([adamax.activation, adamax.scale, adamax.error] == [75, 90, 16.4])
        let plain = try row("table1-cifar10", "adam-none").paper
        #expect([plain.activation, plain.scale, plain.error] == [3, 0, 11.0])
    }

    @Test("Layers, parameters and the error after the cut are those of the layer-wise tables")
    func layers() throws {
        let paper = try row("layers-cifar100", "adam-wd-2e-4").paper
        #expect(paper.layers == [55, 20, 3, 4, 2, 16, 26])
        #expect([paper.scale, paper.parametersCut, paper.error, paper.errorAfter] == [16, 27, 37.3, 37.3])
        #expect(try row("layers-cifar10", "adam-l2-1e-3").paper.errorAfter == 13.5)
    }

    @Test("Batches, widths, options and larger tasks have their own numbers")
    func others() throws {
        #expect(try row("batch-cifar100", "adam-l2-1e-4-b160").paper == PaperFigures(scale: 29, error: 44.3))
        #expect(
            try row("width-cifar10", "adam-l2-1e-4-0.25x").paper
                == PaperFigures(scale: 23, error: 13.4, trainingLoss: 0.22, testLoss: 0.44))
        #expect(
            try row("variants-cifar100", "adam-l2-1e-4-gamma-rate0.1").paper == PaperFigures(scale: 33, error: 35.0))
        #expect(
            try row("tiny-imagenet", "adam-l2-1e-4-b120").paper == PaperFigures(scale: 26, error: 48.8, top5Error: 27.4)
        )
        #expect(try row("vgg19-cifar100", "vgg19-adam-l2-1e-4-b512").paper == PaperFigures(scale: 62, error: 28.8))
        #expect(try Experiment.named("yaguchi").rows.allSatisfy { $0.paper == PaperFigures() })
    }

    @Test(
        "The filters of the layers add up to the total that the paper prints",
        arguments: ["layers-cifar10", "layers-cifar100"])
    func totals(name: String) throws {
        let filters = [64.0, 128, 128, 256, 256, 512, 512]
        for row in try Experiment.named(name).rows {
            let layers = try #require(row.paper.layers), total = try #require(row.paper.scale)
            #expect(abs(zip(layers, filters).map(*).reduce(0, +) / 1856 - total) < 1.5, "\(row.label)")
        }
    }

    @Test("Names and labels are unique, and fit for files")
    func names() {
        #expect(Set(Experiment.all.map(\.name)).count == Experiment.all.count)
        for experiment in Experiment.all {
            let labels = experiment.rows.map(\.label)
            #expect(!labels.isEmpty && Set(labels).count == labels.count, "\(experiment.name)")
            #expect(labels.allSatisfy { $0.wholeMatch(of: /[a-z0-9.-]+/) != nil }, "\(experiment.name)")
        }
    }

    @Test("What does not exist is refused with what does")
    func unknown() throws {
        #expect { try Experiment.named("table99") } throws: {
            "\($0)".contains("'table99'") && "\($0)".contains("table1-cifar10") && "\($0)".contains("figure4")
        }
        #expect { try Experiment.named("width-cifar10").rows(["adam"]) } throws: {
            "\($0)".contains("'adam'") && "\($0)".contains("adam-l2-1e-4-0.5x")
        }
    }

    @Test("A simulated scale falls as it was found to fall")
    func decay() {
        for curve in ScaleDecay.run() {
            for (measured, expected) in zip(curve.measured, curve.expected) {
                #expect(abs(measured - expected) < 0.02, "\(curve.label)")
            }
        }
    }
}
