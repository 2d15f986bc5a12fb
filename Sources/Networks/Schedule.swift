import Kernels
import Tensors

/// How a batch is run: in parts of equally many images, the last one perhaps smaller.
struct Schedule: Sendable {
    let batch: Int
    let plan: Plan
    /// The images of a part.
    let images: Int
    /// For the images that are left over.
    let last: Plan?

    /// The parts' images.
    private var parts: Blocks { Blocks(batch, of: images) }

    /// Whether parts run beside each other, one on each thread, or one after the other with all threads at work on
    /// each. Neither changes a bit.
    private func isParallel(_ workers: Int) -> Bool {
        workers > 1 && (parts.number % workers == 0 || parts.number >= 4 * workers)
    }

    /// The floats it works in. Parts beside each other take more than parts one after the other.
    func floatCount(workers: Int) -> Int {
        let plans = [plan, last].compactMap { $0 }
        return isParallel(workers)
            ? workers.timesClamped(memoryPerWorker) : plans.map { $0.floatCount(workers: workers) }.max() ?? 0
    }

    /// Whole cache lines, so that workers do not share any.
    private var memoryPerWorker: Int {
        (([plan, last].compactMap { $0?.floatCount(workers: 1) }.max() ?? 0).plusClamped(31)) / 16 * 16
    }

    /// The bytes of weights that its kernels have in an order of their own.
    var packedBytes: Int {
        let steps = plan.steps + (last?.steps ?? [])
        return steps.reduce(into: [ObjectIdentifier: Int]()) {
            $0.merge($1.kernel.packedWeights) { first, _ in first }
        }.values.reduce(0, +)
    }

    /// What the model makes of `tensors`, in `memory` of `floatCount(workers:)` floats or more.
    ///
    /// `observe` is called before each part and after each of its steps; where it is given, parts run one after the
    /// other.
    func run(_ tensors: [Tensor], in memory: AlignedFloats, on pool: WorkerPool, observe: ((Plan, Int?) -> Void)? = nil)
        -> [Tensor]
    {
        precondition(tensors.count == plan.inputs.count, "the plan is for other inputs")
        var results = plan.results.map { Tensor(shape: [batch] + $0.dropFirst()) }
        // Nobody else writes to these addresses.
        defer { withExtendedLifetime(tensors) {} }
        let inputs = unsafe tensors.map { unsafe $0.withUnsafeBuffer { $0.baseAddress } }
        let outputs = unsafe results.indices.map { unsafe results[$0].withUnsafeMutableBuffer { $0.baseAddress } }
        func run(_ part: Int, _ memory: UnsafeMutablePointer<Float>, _ pool: WorkerPool?) {
            let range = parts[part], plan = range.count == images ? plan : last ?? plan
            var addresses = unsafe Plan.Addresses(inputs: [], results: [], memory: memory)
            for unsafe(address, tensor) in unsafe zip(inputs, tensors) {
                if let address = unsafe address {
                    unsafe addresses.inputs.append(address + range.lowerBound * (tensor.count / batch))
                }
            }
            for unsafe(address, tensor) in unsafe zip(outputs, results) {
                if let address = unsafe address {
                    unsafe addresses.results.append(address + range.lowerBound * (tensor.count / batch))
                }
            }
            observe?(plan, nil)
            unsafe plan.run(addresses, on: pool) { observe?(plan, $0) }
        }
        if isParallel(pool.workers), observe == nil {
            let share = memoryPerWorker
            pool.run(parts: parts.number) { part, worker in unsafe run(part, memory.start + worker * share, nil) }
        } else {
            for part in 0..<parts.number { unsafe run(part, memory.start, pool) }
        }
        return results
    }
}
