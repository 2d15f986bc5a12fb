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

/// Something to measure, on buffers of its own, which it has only while it is measured.
struct Bench {
    let name: String
    let kernelName: String
    /// What a call computes, in multiply-adds, each counted as two operations.
    let operations: Double
    /// What a call reads and writes at least, in bytes.
    let bytes: Double
    /// Makes the call for a pool.
    private let prepare: (WorkerPool) -> () -> Void

    init(_ name: String, kernelName: String, macs: Int, bytes: Int, prepare: @escaping (WorkerPool) -> () -> Void) {
        (self.name, self.kernelName) = (name, kernelName)
        operations = 2 * Double(macs)
        self.bytes = Double(bytes)
        self.prepare = prepare
    }

    init(
        _ name: String, _ kernel: any Kernel, inputs: Int, others: Int? = nil, outputs: Int, macs: Int,
        weightBytes: Int = 0
    ) {
        self.init(
            name, kernelName: kernel.name, macs: macs, bytes: 4 * (inputs + (others ?? 0) + outputs) + weightBytes
        ) { pool in
            let input = Self.numbers(inputs, 13), other = others.map { Self.numbers($0, 11) },
                output = AlignedFloats(count: outputs)
            let scratch = AlignedFloats(count: (kernel.workspaceCount + 16) * pool.workers),
                stride = scratch.count / pool.workers
            return {
                pool.run(parts: kernel.units) { unit, worker in
                    let operands = Operands(
                        input: input.start, other: other.map { UnsafePointer($0.start) }, output: output.start,
                        workspace: scratch.start + worker * stride / 16 * 16)
                    kernel.run(operands, units: unit..<unit + 1)
                }
            }
        }
    }

    /// `count` numbers that repeat after `period`.
    static func numbers(_ count: Int, _ period: Int) -> AlignedFloats {
        AlignedFloats((0..<count).map { Float($0 % period) * 0.1 - 0.5 })
    }

    /// The seconds of each call, for about `seconds` in all. With one thread it is the processor's time, which other
    /// processes disturb less than the clock's.
    func measure(seconds: Double, pool: WorkerPool) -> [Double] {
        let call = prepare(pool)
        call()
        // Several short calls are timed at once: the clock's resolution is limited.
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
