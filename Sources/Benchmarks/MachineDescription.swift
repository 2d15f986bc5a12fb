import Foundation
import Kernels

/// What a benchmark ran on.
package struct MachineDescription: Codable, Equatable, Sendable {
    /// The processor's name, `unknown` where the system does not tell.
    package let cpu: String
    /// Logical processors this process may use.
    package let cores: Int
    /// Physical memory in bytes.
    package let memoryBytes: Int
    /// The instruction set that the native kernels use: `AVX2`.
    package let instructions: String
    /// The kernel's release.
    package let kernel: String
    /// The distribution's name and version.
    package let os: String

    /// The machine this process runs on.
    package static func current() -> MachineDescription {
        MachineDescription(
            cpu: text("/proc/cpuinfo").flatMap { value(of: "model name", separator: ":", in: $0) } ?? "unknown",
            cores: ProcessInfo.processInfo.activeProcessorCount,
            memoryBytes: Int(clamping: ProcessInfo.processInfo.physicalMemory),
            instructions: InstructionSet.current.name,
            kernel: text("/proc/sys/kernel/osrelease")?.trimmingCharacters(in: .whitespacesAndNewlines) ?? "unknown",
            os: text("/etc/os-release").flatMap { value(of: "PRETTY_NAME", separator: "=", in: $0) }
                ?? ProcessInfo.processInfo.operatingSystemVersionString)
    }

    /// The most memory this process has held so far, in bytes; nil where the system does not tell.
    package static var processPeakBytes: Int? {
        text("/proc/self/status").flatMap { value(of: "VmHWM", separator: ":", in: $0) }.flatMap(bytes)
    }

    /// The value of the first line `key separator value`, without blanks and quotation marks around it.
    static func value(of key: String, separator: Character, in text: String) -> String? {
        for line in text.split(separator: "\n") {
            let parts = line.split(separator: separator, maxSplits: 1).map { $0.trimmingCharacters(in: .whitespaces) }
            if parts.count == 2, parts[0] == key { return parts[1].trimmingCharacters(in: ["\""]) }
        }
        return nil
    }

    /// The kernel's `1234 kB`, which counts in units of 1,024 bytes.
    static func bytes(_ text: String) -> Int? {
        let parts = text.split(separator: " ")
        guard parts.count == 2, parts[1] == "kB", let count = Int(parts[0]), (0...Int.max / 1024).contains(count) else {
            return nil
        }
        return count * 1024
    }

    private static func text(_ path: String) -> String? { try? String(contentsOfFile: path, encoding: .utf8) }
}
