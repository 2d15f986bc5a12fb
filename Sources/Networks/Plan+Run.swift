import Kernels

extension Plan {
    /// The addresses of one run: the images of each input and result, one after the other, and memory to work in.
    @unsafe struct Addresses {
        var inputs: [UnsafePointer<Float>]
        var results: [UnsafeMutablePointer<Float>]
        /// `floatCount(workers:)` floats.
        var memory: UnsafeMutablePointer<Float>
    }

    /// Runs the steps, on the calling thread alone where there is no pool. Nothing is allocated. `observe` is called
    /// after each step with its position.
    func run(_ addresses: Addresses, on pool: WorkerPool?, observe: (Int) -> Void = { _ in }) {
        for (index, offset) in inputs.enumerated() {
            guard let offset else { continue }
            unsafe (addresses.memory + offset).update(from: addresses.inputs[index], count: inputCounts[index])
        }
        for (index, step) in steps.enumerated() {
            let output =
                switch step.output {
                case let .arena(offset): unsafe addresses.memory + offset
                case let .caller(index): unsafe addresses.results[index]
                }
            let input =
                switch step.input {
                case let .arena(offset): unsafe UnsafePointer(addresses.memory + offset)
                case let .caller(index): unsafe addresses.inputs[index]
                }
            unsafe run(step, input, into: output, addresses.memory, pool)
            observe(index)
        }
    }

    private func run(
        _ step: Step, _ input: UnsafePointer<Float>, into output: UnsafeMutablePointer<Float>,
        _ memory: UnsafeMutablePointer<Float>, _ pool: WorkerPool?
    ) {
        let kernel = step.kernel, units = kernel.units, workspaceCount = workspaceCount
        func compute(_ units: Range<Int>, _ worker: Int) {
            let operands = unsafe Operands(
                input: input, other: step.other.map { unsafe UnsafePointer(memory + $0) },
                output: output, summaries: step.summaries.map { unsafe memory + $0 },
                workspace: memory + arenaCount + worker * workspaceCount)
            kernel.run(operands, units: units)
        }
        guard let pool, pool.workers > 1 else { return compute(0..<units, 0) }
        pool.run(units: units, affinity: kernel.unitAffinity, compute)
    }
}
