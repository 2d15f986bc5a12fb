import Testing
@testable import Reports

@Suite struct PaceTests {
    @Test("Speed and the time left are counted from the first that is known")
    func text() {
        let start = ContinuousClock.now, pace = Pace("analyze", done: 100, at: start)
        #expect(pace.text(done: 100, of: 2000, at: start + .seconds(1)) == "analyze: 100 of 2000 images")
        #expect(
            pace.text(done: 500, of: 2000, at: start + .seconds(8))
                == "analyze: 500 of 2000 images, 50.0 images/s, 0:30 left")
        #expect(pace.isOf("analyze", done: 101) && !pace.isOf("analyze", done: 100) && !pace.isOf("verify", done: 101))
        #expect(
            Format.clock(3_725) == "1:02:05" && Format.clock(59.9) == "0:59" && Format.clock(.infinity).hasSuffix(":40")
        )
    }
}
