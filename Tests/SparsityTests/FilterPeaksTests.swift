import Foundation
import Tensors
import Testing
@testable import Sparsity

@Suite struct FilterPeaksTests {
    /// Peaks of some images: many sizes, some zeros.
    private func peaks(_ images: Int, filters: Int, seed: UInt64) -> [[Float]] {
        var generator = SeededGenerator(seed: seed)
        return (0..<images).map { _ in
            (0..<filters).map { _ in
                let size = generator.uniform()
                return size < 0.2 ? 0 : Foundation.exp2(generator.uniform() * 24 - 18)
            }
        }
    }

    @Test("Counted peaks give the same universality within their uncertainty", arguments: 1...20)
    func counted(seed: UInt64) {
        let images = peaks(200, filters: 3, seed: seed)
        var every = FilterPeaks(filters: 3), counted = every, late = every
        counted.collapse()
        for (index, image) in images.enumerated() {
            every.add(image)
            counted.add(image)
            late.add(image)
            if index == 120 { late.collapse() }
        }
        #expect(every.isExact && every.held == 600 && !counted.isExact && counted.held == 0)
        for part: Float in [1e-3, 0.25, 0.999] {
            let exact = every.universality(exceeding: part, silence: 0)
            let found = counted.universality(exceeding: part, silence: 0)
            for (a, b) in zip(exact, found) {
                #expect(a.uncertainty == 0 && b.uncertainty <= 10 && abs(a.percent - b.percent) <= b.uncertainty + 1e-9)
            }
            #expect(late.universality(exceeding: part, silence: 0).map(\.percent) == found.map(\.percent))
        }
        #expect(counted.top == every.top)
        counted.startRecount(exceeding: 0.25)
        for image in images.reversed() { counted.recount(image) }
        let exact = every.universality(exceeding: 0.25, silence: 0)
        #expect(counted.isExact)
        #expect(counted.universality(exceeding: 0.25, silence: 0).map(\.percent) == exact.map(\.percent))
    }

    @Test("The order of images does not matter to counted peaks")
    func order() {
        let images = peaks(300, filters: 4, seed: 9)
        func found(_ images: some Sequence<[Float]>) -> [Double] {
            var peaks = FilterPeaks(filters: 4)
            peaks.collapse()
            for image in images { peaks.add(image) }
            return peaks.universality(exceeding: 1e-3, silence: 0).flatMap { [$0.percent, $0.uncertainty] }
        }
        #expect(found(images) == found(images.reversed()))
        #expect(found(images) == found(images.shuffled()))
    }

    @Test("A filter that is silent answers to no image, an infinite one to those where it is")
    func extremes() {
        for collapses in [false, true] {
            var peaks = FilterPeaks(filters: 3)
            if collapses { peaks.collapse() }
            peaks.add([0, .infinity, 1e-13])
            peaks.add([0, 1, 0])
            let found = peaks.universality(exceeding: 1e-3, silence: 1e-12)
            #expect(found[0].percent == 0 && found[2].percent == 0)
            #expect(abs(found[1].percent - (collapses ? 25 : 0)) <= 25)
        }
    }
}
