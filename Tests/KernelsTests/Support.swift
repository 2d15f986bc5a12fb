@testable import Kernels

/// Random numbers and sizes that follow from a seed; a failing test names it.
struct Dice {
    private var state: UInt64
    init(_ seed: Int) { state = UInt64(bitPattern: Int64(seed)) &* 0x9E37_79B9_7F4A_7C15 | 1 }

    mutating func next() -> UInt64 {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return state
    }

    mutating func int(_ range: ClosedRange<Int>) -> Int { range.lowerBound + Int(next() >> 33) % range.count }
    mutating func float() -> Float { Float(Int(next() >> 40) - (1 << 23)) * 0x1p-23 }
    mutating func floats(_ count: Int) -> [Float] { (0..<count).map { _ in float() } }
}

/// What a kernel writes, with `workers` threads that take a few units each. The output starts as NaN.
func execute(_ kernel: any Kernel, _ input: [Float], _ other: [Float]? = nil, count: Int, workers: Int = 1) -> [Float] {
    execute(kernel, input, other, count: count, summaries: 0, workers: workers).output
}

/// The same of a kernel with a second output of `summaries` floats.
func execute(
    _ kernel: any Kernel, _ input: [Float], _ other: [Float]? = nil, count: Int, summaries: Int, workers: Int = 1
) -> (output: [Float], summaries: [Float]) {
    let second = AlignedFloats([Float](repeating: .nan, count: summaries))
    let a = AlignedFloats(input), b = other.map { AlignedFloats($0) },
        output = AlignedFloats([Float](repeating: .nan, count: count))
    let pool = WorkerPool(workers: workers), scratch = AlignedFloats(count: kernel.workspaceCount * workers)
    let size = workers == 1 ? max(1, kernel.units) : 1
    pool.run(parts: (kernel.units + size - 1) / size) { part, worker in
        let operands = Operands(
            input: a.start, other: b.map { UnsafePointer($0.start) }, output: output.start,
            summaries: summaries > 0 ? second.start : nil, workspace: scratch.start + worker * kernel.workspaceCount)
        kernel.run(operands, units: part * size..<min(kernel.units, (part + 1) * size))
    }
    return ((0..<count).map { output[$0] }, (0..<summaries).map { second[$0] })
}
