import Datasets
import Graphs
import TestSupport
import Testing
@testable import Surgery

@Suite struct VerdictTests {
    private func corpus(_ count: Int) -> ModelCorpus {
        ModelCorpus(Corpus.random(imageShape: [2, 2, 1], count: count, seed: 1))
    }

    /// Of a network of one layer, compared with itself.
    private func verdict(_ images: VerificationImages, isExact: Bool, tolerance: Double?, choseTheCut: Bool = false)
        throws -> Verdict
    {
        let maker = GraphMaker()
        let output = try maker.add(.activation(.rectifier), [maker.input(2, 2, 1)])
        var graph = maker.graph
        graph.outputs = [output]
        let verification = try Verification.run(dense: graph, compact: graph, on: images, batch: 8)
        return Verdict(verification, on: images, isExact: isExact, tolerance: tolerance, choseTheCut: choseTheCut)
    }

    @Test("An exact cut within a limit is verified on noise as on images, whatever they chose")
    func exact() throws {
        #expect(try verdict(.random(count: 16, seed: 1), isExact: true, tolerance: 1e-4).isVerified)
        #expect(try verdict(.corpus(corpus(3)), isExact: true, tolerance: 1e-4, choseTheCut: true).isVerified)
    }

    @Test("Noise verifies nothing that was only seen, or holds only nearly")
    func random() throws {
        #expect(try verdict(.random(count: 16, seed: 1), isExact: false, tolerance: 1e-2).doubts == [.random])
    }

    @Test("Images that chose the cut verify nothing, and without a limit nothing is verified")
    func chosen() throws {
        let images = VerificationImages.corpus(corpus(6))
        #expect(
            try verdict(images, isExact: false, tolerance: nil, choseTheCut: true).doubts == [
                .choseTheCut(images: 6), .noLimit,
            ])
        #expect(try verdict(images, isExact: false, tolerance: 1e-2).isVerified)
    }

    @Test("Where nothing was run nothing is claimed")
    func notRun() {
        #expect(
            Verdict(Verification(), on: .random(count: 16, seed: 1), isExact: true, tolerance: 1e-4, choseTheCut: false)
                .doubts == [.notRun(layers: [])])
    }

    @Test(
        "Of a corpus that decides, every fifth image is held out, and those decide nothing",
        arguments: [10, 11, 14, 15, 1003])
    func division(count: Int) throws {
        let division = try Division(corpus(count), decides: true)
        #expect(
            division.heldOutOf == count && division.compared.count == count / 5
                && division.choosing?.count == count - count / 5)
        guard case let .corpus(compared) = division.compared, let choosing = division.choosing else {
            Issue.record("no corpus"); return
        }
        let whole = try images(corpus(count)), held = try images(compared), others = try images(choosing)
        #expect(held == stride(from: 4, to: count, by: 5).map { whole[$0] })
        #expect(others == whole.indices.filter { $0 % 5 != 4 }.map { whole[$0] })
    }

    @Test("Where an error is measured, images that neither decide nor are compared on are held out for it")
    func measured() throws {
        let corpus = corpus(20), whole = try images(corpus)
        func positions(_ part: ModelCorpus?) throws -> [Int] {
            try images(#require(part)).map { try #require(whole.firstIndex(of: $0)) }
        }
        func compared(_ division: Division) throws -> [Int] {
            guard case let .corpus(part) = division.compared else { return [] }
            return try positions(part)
        }
        let division = try Division(corpus, decides: true, measures: true)
        #expect(try positions(division.measured) == [3, 8, 13, 18] && compared(division) == [4, 9, 14, 19])
        #expect(try positions(division.choosing) == (0..<20).filter { $0 % 5 < 3 } && division.heldOutOf == 20)
        // Where nothing decides, all others are measured on.
        let free = try Division(corpus, decides: false, measures: true)
        #expect(try positions(free.measured) == (0..<20).filter { $0 % 5 != 4 } && compared(free) == [4, 9, 14, 19])
        // Other images to compare on leave more to choose by.
        let others = ModelCorpus(Corpus.random(imageShape: [2, 2, 1], count: 4, seed: 1000)),
            apart = try Division(corpus, verify: others, decides: true, measures: true)
        #expect(try positions(apart.measured) == [3, 8, 13, 18] && positions(apart.choosing).count == 16)
        #expect(apart.compared.count == 4 && apart.heldOutOf == nil)
        // An image that was measured on is not compared on.
        let same = try Division(corpus, verify: corpus, decides: false, measures: true)
        #expect(same.choseTheCut)
        #expect(try Division(self.corpus(9), decides: true, measures: true).measured == nil)
    }

    @Test("Below ten images, or where images decide nothing, all serve for both")
    func whole() throws {
        for division in [try Division(corpus(9), decides: true), try Division(corpus(20), decides: false)] {
            #expect(division.heldOutOf == nil && division.choosing?.count == division.compared.count)
        }
        #expect(try Division(corpus(9), decides: true).choseTheCut && !Division(corpus(20), decides: false).choseTheCut)
        #expect(try Division(nil, decides: true).compared.name == "random")
    }

    @Test(
        "Images that decide are known by what they hold: others beside them are compared on, and nothing where there are none"
    )
    func sameImages() throws {
        let images = corpus(12)
        let same = try Division(images, verify: corpus(9), decides: true)
        #expect(same.choseTheCut && same.compared.count == 9 && same.heldOutOf == nil)
        let some = try Division(corpus(9), verify: images, decides: true)
        #expect(!some.choseTheCut && some.compared.count == 3 && some.heldOutOf == 12)
        let others = ModelCorpus(Corpus.random(imageShape: [2, 2, 1], count: 4, seed: 1000)),
            apart = try Division(images, verify: others, decides: true)
        #expect(
            !apart.choseTheCut && apart.compared.count == 4 && apart.heldOutOf == nil && apart.choosing?.count == 12)
    }

    @Test("A limit beyond the whole range is none")
    func wideLimit() throws {
        #expect(try verdict(.corpus(corpus(6)), isExact: false, tolerance: 1e300).doubts == [.noLimit])
    }

    private func images(_ corpus: ModelCorpus) throws -> [[Float]] {
        var result: [[Float]] = [], batches = corpus.batches(of: 7)
        while let batch = try batches.next() {
            let tensor = batch.inputs[0]
            for image in 0..<tensor.shape[0] { result.append((0..<4).map { tensor[image * 4 + $0] }) }
        }
        return result
    }
}
