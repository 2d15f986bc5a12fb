@testable import Benchmarks
import Testing
@testable import Reports

@Suite struct MachineProfileTests {
    private let report = MachineProfile(
        machine: .sample, instructionSets: ["AVX2", "baseline"], vectorFloats: 8, peakGigaflops: 123.4)

    @Test("The machine reads as a table")
    func text() {
        #expect(
            report.text == """
                machine
                ──────────────────  ────────────────────────────────────────────────────────
                processor           A CPU
                cores               2
                memory              8.00 GB
                system              An OS, kernel 6.1
                kernels             AVX2, 8 floats a vector; this machine has AVX2, baseline
                peak of one thread  123 GFLOP/s

                """)
    }

    @Test("JSON has the machine and its peak")
    func values() throws {
        #expect(try report.keys == ["instructionSets", "machine", "peakGigaflops", "schema", "vectorFloats"])
    }
}
