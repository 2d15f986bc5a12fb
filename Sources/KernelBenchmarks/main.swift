import Kernels

/// usage: kernel-benchmarks [THREADS [BACKEND [WORD …]]]; only cases whose name or kernel holds every word. The word
/// `exact` stands for no Winograd convolutions.
let arguments = Array(CommandLine.arguments.dropFirst())
let threads = arguments.first.flatMap { Int($0) } ?? 1
let backend = arguments.dropFirst().first.flatMap { Backend(rawValue: $0) } ?? .native
let words = arguments.dropFirst(2).filter { $0 != "exact" }
let algorithms: ConvolutionAlgorithms = arguments.contains("exact") ? .direct : .fastest
let pool = WorkerPool(workers: threads)
let peak = InstructionSet.current.measuredPeak()

func cell(_ value: Double, _ digits: Int = 1) -> String {
    let scale = digits == 0 ? 1.0 : 10.0
    let text = "\((value * scale).rounded() / scale)"
    return String(repeating: " ", count: max(1, 10 - text.count)) + text
}

print("\(InstructionSet.current.name), peak of one thread\(cell(peak / 1e9)) GFLOP/s, \(threads) threads")
for make in Cases.all(backend, algorithms: algorithms) + Cases.training(algorithms: algorithms) {
    let bench = make()
    guard words.allSatisfy({ bench.name.contains($0) || bench.kernelName.contains($0) }) else { continue }
    let times = bench.measure(seconds: 0.3, pool: pool).sorted(), median = times[times.count / 2], best = times[0]
    print(
        cell(median * 1e3), "ms, best", cell(best * 1e3), "ms,", cell(bench.operations / best / 1e9), "GFLOP/s,",
        cell(100 * bench.operations / best / (peak * Double(threads))), "% of the peak,",
        cell(bench.bytes / best / 1e9), "GB/s:", bench.name, "·", bench.kernelName)
}
