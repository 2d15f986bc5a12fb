import Testing
@testable import Reports

@Suite struct Numbers {
    @Test(
        "Thousands are parted",
        arguments: [
            (0, "0"), (999, "999"), (1000, "1,000"), (1_234_567, "1,234,567"), (-1234, "-1,234"), (-123, "-123"),
        ])
    func count(number: Int, text: String) { #expect(Format.count(number) == text) }

    @Test(
        "Bytes come in the unit that fits",
        arguments: [
            (0, "0 B"), (999, "999 B"), (1000, "1.00 kB"), (45_600, "45.6 kB"), (1_234_567, "1.23 MB"),
            (12_300_000_000, "12.3 GB"),
        ])
    func bytes(number: Int, text: String) { #expect(Format.bytes(number) == text) }

    @Test(
        "Durations have three digits",
        arguments: [
            (0.01234, "0.0123 ms"), (1.5, "1.50 ms"), (12.34, "12.3 ms"), (123.4, "123 ms"), (1234.5, "1,234 ms"),
            (0, "0 ms"), (1e-9, "0.000000 ms"),
        ])
    func milliseconds(number: Double, text: String) { #expect(Format.milliseconds(number) == text) }

    @Test("Shares and ratios have their signs")
    func signs() {
        #expect(Format.percent(0.12345) == "12.3 %")
        #expect(Format.percent(1) == "100.0 %")
        #expect(Format.ratio(2.306) == "2.31×")
        #expect(Format.ratio(.infinity) == "inf×")
        #expect(Format.scientific(0.0000123) == "1.2e-05")
    }

    @Test("Numbers in a row are told by their ends, whatever their order")
    func ranges() {
        #expect(Format.ranges([]).isEmpty && Format.ranges([4]) == "4")
        #expect(Format.ranges([9, 0, 1, 2, 3, 7]) == "0–3, 7, 9")
        #expect(Format.ranges([5, 5, 6, .max]) == "5–6, \(Int.max)")
    }

    @Test("One is told in the singular")
    func counted() {
        #expect(Format.counted(1, "thread") == "1 thread" && Format.counted(1200, "image") == "1,200 images")
    }
}
