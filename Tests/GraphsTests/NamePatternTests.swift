import Graphs
import Testing

@Suite("Name patterns") struct NamePatternTests {
    @Test(
        "A star stands for any run, a question mark for one character",
        arguments: [
            ("conv*", "conv2d_1", true), ("*conv", "conv2d", false), ("b?_*n", "b1_bn", true), ("?", "", false),
            ("*", "", true), ("a*b*c", "aXbXbc", true), ("a*b*c", "aXbXb", false),
        ])
    func matching(pattern: String, name: String, expected: Bool) {
        #expect(NamePattern(pattern).matches(name) == expected)
    }
}
