#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif
import Kernels

func processorTime(of body: () -> Void) -> Double {
    func now() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) + 1e-9 * Double(time.tv_nsec)
    }
    let start = now()
    body()
    return now() - start
}

/// One kernel on buffers of its own.
struct Bench {
    let name: String
    /// What a call computes, in multiply-adds, each counted as two operations.
    let operations: Double
    /// What a call reads and writes at least, in bytes.
    let bytes: Double
    private let kernel: any Kernel
    private let input: AlignedFloats
    private let other: AlignedFloats?
    private let output: AlignedFloats

    init(_ name: String, _ kernel: any Kernel, inputs: Int, others: Int? = nil, outputs: Int, macs: Int, weightBytes: Int = 0) {
        self.name = name
        self.kernel = kernel
        operations = 2 * Double(macs)
        bytes = Double(4 * (inputs + (others ?? 0) + outputs) + weightBytes)
        input = AlignedFloats((0..<inputs).map { Float($0 % 13) * 0.1 - 0.5 })
        other = others.map { AlignedFloats((0..<$0).map { Float($0 % 11) * 0.1 - 0.5 }) }
        output = AlignedFloats(count: outputs)
    }

    var kernelName: String { kernel.name }

    /// The seconds of each call, for about `seconds` in all. With one thread it is the processor's time, which other
    /// processes disturb less than the clock's.
    func measure(seconds: Double, pool: WorkerPool) -> [Double] {
        let scratch = AlignedFloats(count: (kernel.workspaceCount + 16) * pool.workers), stride = scratch.count / pool.workers
        func call() {
            pool.run(parts: kernel.units) { unit, worker in
                let operands = Operands(input: input.start, other: other.map { UnsafePointer($0.start) }, output: output.start,
                                        workspace: scratch.start + worker * stride / 16 * 16)
                kernel.run(operands, units: unit..<unit + 1)
            }
        }
        call()
        // Short calls are timed several at once: clocks have their grain.
        let repeats = max(1, Int(1e-3 / max(1e-7, processorTime(of: call))))
        func round() { for _ in 0..<repeats { call() } }
        var times: [Double] = [], total = 0.0
        while total < seconds || times.count < 5 {
            let time = pool.workers == 1 ? processorTime(of: round) : ContinuousClock().measure(round) / .seconds(1)
            times.append(time / Double(repeats))
            total += time
        }
        return times
    }
}
