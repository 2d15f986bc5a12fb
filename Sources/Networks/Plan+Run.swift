import Kernels
import Tensors

extension Plan {
    /// Runs the steps in `memory`, which holds `floatCount(workers:)` floats or more. Nothing is allocated but the results.
    /// `observe` is called after each step with its position.
    func run(_ tensors: [Tensor], in memory: AlignedFloats, on pool: WorkerPool, observe: (Int) -> Void = { _ in }) -> [Tensor] {
        precondition(memory.count >= floatCount(workers: pool.workers) && tensors.count == inputs.count, "the plan is for other inputs")
        for (tensor, offset) in zip(tensors, inputs) {
            unsafe tensor.withUnsafeBuffer { source in
                _ = unsafe UnsafeMutableBufferPointer(start: memory.start + offset, count: source.count).update(fromContentsOf: source)
            }
        }
        var returned = results.map { Tensor(shape: $0) }
        for (index, step) in steps.enumerated() {
            switch step.output {
            case let .arena(offset):
                unsafe run(step, into: memory.start + offset, memory, pool)
            case let .result(index):
                unsafe returned[index].withUnsafeMutableBuffer { target in
                    if let start = target.baseAddress { unsafe run(step, into: start, memory, pool) }
                }
            }
            observe(index)
        }
        return returned
    }

    private func run(_ step: Step, into output: UnsafeMutablePointer<Float>, _ memory: AlignedFloats, _ pool: WorkerPool) {
        let kernel = step.kernel, units = kernel.units, workspaceCount = workspaceCount
        // A few parts per worker even out differences between them.
        let size = max(1, units / (4 * pool.workers))
        pool.run(parts: (units + size - 1) / size) { part, worker in
            let operands = unsafe Operands(
                input: memory.start + step.input, other: step.other.map { unsafe UnsafePointer(memory.start + $0) },
                output: output, workspace: memory.start + arenaCount + worker * workspaceCount)
            kernel.run(operands, units: part * size..<min(units, (part + 1) * size))
        }
    }
}
