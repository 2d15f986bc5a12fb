import Testing
@testable import Training

@Suite struct LearningRateScheduleTests {
    @Test("Each further segment runs at a tenth of the rate, and the last one goes on")
    func segments() {
        let schedule = LearningRateSchedule(epochs: [2, 1, 1])
        let factors = (0..<10).map { schedule.factor(step: $0, stepsPerEpoch: 2) }
        #expect(factors == [1, 1, 1, 1, 0.1, 0.1, 0.1 * 0.1, 0.1 * 0.1, 0.1 * 0.1, 0.1 * 0.1])
    }

    @Test("Segments without epochs are passed over, with their drop")
    func emptySegment() {
        #expect(LearningRateSchedule(epochs: [0, 3], drop: 0.5).factor(step: 0, stepsPerEpoch: 4) == 0.5)
    }

    @Test("A cosine goes from the base rate over its half to nothing")
    func cosine() {
        let schedule = LearningRateSchedule(epochs: [1, 1], shape: .cosine)
        #expect(schedule.factor(step: 0, stepsPerEpoch: 10) == 1)
        #expect(abs(schedule.factor(step: 10, stepsPerEpoch: 10) - 0.5) < 1e-15)
        #expect(schedule.factor(step: 20, stepsPerEpoch: 10) == 0)
    }

    @Test("The rate warms up in equal steps, and step n of n has it all")
    func warmUp() {
        let schedule = LearningRateSchedule(epochs: [5], warmUpSteps: 4)
        #expect((0..<5).map { schedule.factor(step: $0, stepsPerEpoch: 10) } == [0.25, 0.5, 0.75, 1, 1])
    }
}
