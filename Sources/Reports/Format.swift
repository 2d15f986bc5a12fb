import Foundation

/// Numbers as people read them, the same in every locale.
package enum Format {
    /// With a comma between thousands: `1,234,567`.
    package static func count(_ number: Int) -> String { grouped("\(number)") }

    /// `1 thread`, `2 threads`.
    package static func counted(_ number: Int, _ noun: String) -> String {
        "\(count(number)) \(noun)\(number == 1 ? "" : "s")"
    }

    /// In the largest unit of kB, MB and GB that leaves a number of at least 1, three digits: `1.23 MB` (10⁶ bytes).
    package static func bytes(_ count: Int) -> String {
        switch abs(Double(count)) {
        case ..<1000: "\(count) B"
        case ..<999_500: "\(digits(Double(count) / 1e3)) kB"
        case ..<999_500_000: "\(digits(Double(count) / 1e6)) MB"
        default: "\(digits(Double(count) / 1e9)) GB"
        }
    }

    /// A share of 1 in percent, one decimal: `12.3 %`.
    package static func percent(_ share: Double) -> String { "\(fixed(share * 100, decimals: 1)) %" }

    /// Three digits, or all before the point: `0.0123 ms`, `12.3 ms`, `1,234 ms`.
    package static func milliseconds(_ duration: Double) -> String { "\(digits(duration)) ms" }

    /// How many times: `2.31×`.
    package static func ratio(_ ratio: Double) -> String { "\(fixed(ratio, decimals: 2))×" }

    /// At least three significant digits; no exponent, not more than six decimals.
    package static func digits(_ number: Double) -> String {
        guard number.isFinite, number != 0 else { return fixed(number, decimals: 0) }
        let decimals = min(max(2 - Int(log10(abs(number)).rounded(.down)), 0), 6)
        return fixed(number, decimals: decimals)
    }

    /// Two digits and a power of ten, for deviations: `1.2e-05`.
    package static func scientific(_ number: Double) -> String { String(format: "%.1e", number) }

    /// Three decimals; what rounds to nothing has no sign.
    package static func thousandths(_ number: Double) -> String {
        String(format: "%.3f", (number * 1000).rounded() / 1000 + 0)
    }

    /// Names in quotes, the first three of many: `'a', 'b', 'c' and 4 more`.
    package static func names(_ names: [String]) -> String {
        names.prefix(3).map { "'\($0)'" }.joined(separator: ", ")
            + (names.count > 3 ? " and \(names.count - 3) more" : "")
    }

    /// Whole numbers in order, those in a row as their ends: `0–3, 7, 9`.
    package static func ranges(_ numbers: [Int]) -> String {
        let numbers = numbers.sorted()
        let ends = numbers.indices.filter { $0 + 1 == numbers.count || numbers[$0] < numbers[$0 + 1] &- 1 }
        var first = 0
        return ends.map { end in
            defer { first = end + 1 }
            return first == end ? "\(numbers[end])" : "\(numbers[first])–\(numbers[end])"
        }.joined(separator: ", ")
    }

    /// Seconds as minutes and seconds, or hours, minutes and seconds: `0:07`, `1:02:05`.
    static func clock(_ seconds: Double) -> String {
        let time = Int(min(seconds, 1e8)), hours = time / 3600, minutes = time / 60 % 60
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return "\(hours > 0 ? "\(hours):\(two(minutes))" : "\(minutes)"):\(two(time % 60))"
    }

    private static func fixed(_ number: Double, decimals: Int) -> String {
        grouped(String(format: "%.\(decimals)f", number))
    }

    /// Commas between the thousands before the point of what consists of digits.
    private static func grouped(_ number: String) -> String {
        let whole = number.prefix { $0 != "." }
        var result = ""
        for (position, character) in whole.enumerated() {
            let remaining = whole.count - position
            if remaining.isMultiple(of: 3), result.last?.isNumber == true { result += "," }
            result.append(character)
        }
        return result + number.dropFirst(whole.count)
    }
}
