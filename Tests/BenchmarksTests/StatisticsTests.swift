import Testing
@testable import Benchmarks

@Suite struct SampleStatistics {
    @Test("Quantiles lie between neighbours, in proportion")
    func quantiles() {
        let samples: [Double] = [10, 20, 30, 40, 50]
        #expect([0, 0.25, 0.5, 0.9, 1].map { Statistics.quantile($0, ofSorted: samples) } == [10, 20, 30, 46, 50])
        #expect(Statistics.quantile(0.99, ofSorted: [7]) == 7)
    }

    @Test("The median of an even number is between the middle two")
    func median() {
        #expect(Statistics.median([4, 1, 3, 2]) == 2.5)
        #expect(Statistics.median([9, 1, 5]) == 5)
    }

    @Test("Latency sums up its samples in any order")
    func latency() {
        let latency = Latency(samples: (1...101).map(Double.init).reversed(), seed: 1)
        #expect(latency.min == 1 && latency.median == 51 && latency.mean == 51)
        #expect(latency.p90 == 91 && latency.p99 == 100)
        #expect(latency.ci95[0] < 51 && 51 < latency.ci95[1])
    }
}

@Suite struct Bootstrapping {
    let samples = (1...101).map(Double.init)

    @Test("The interval of a median is what order statistics make it: 41 to 61 of 101, give or take one")
    func medianInterval() {
        // Binomial(101, ½): ranks 51 ± 1.96·√101/2.
        let interval = Bootstrap(seed: 5).medianInterval(samples)
        #expect(abs(interval[0] - 41) <= 1.5 && abs(interval[1] - 61) <= 1.5)
    }

    @Test("The same seed gives the same interval, another seed hardly another one")
    func seeds() {
        let interval = Bootstrap(seed: 5).medianInterval(samples)
        #expect(Bootstrap(seed: 5).medianInterval(samples) == interval)
        #expect(abs(Bootstrap(seed: 6).medianInterval(samples)[0] - interval[0]) <= 2)
    }

    @Test("Samples without spread have an interval without width", arguments: [1, 2, 10])
    func constant(count: Int) {
        #expect(Bootstrap(seed: 1).medianInterval(Array(repeating: 3, count: count)) == [3, 3])
    }

    @Test("The middle of two samples is among the resampled medians")
    func two() {
        #expect(Bootstrap(seed: 1).medianInterval([1, 3]) == [1, 3])
    }

    @Test("What slows both contenders in the same rounds leaves their ratio certain")
    func paired() {
        let interval = Bootstrap(seed: 2).ratioInterval(samples.map { 2 * $0 }, samples)
        #expect(interval == [2, 2])
        let shuffled = Bootstrap(seed: 2).ratioInterval(samples.map { 2 * $0 }, samples.reversed())
        #expect(shuffled[0] < 1.8 && shuffled[1] > 2.2)
    }
}
