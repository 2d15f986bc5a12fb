import Kernels
import Tensors

/// How a batch is run: in micro-batches of equally many images, the last one perhaps smaller.
struct Schedule: Sendable {
    let batch: Int
    let plan: Plan
    /// The images of a micro-batch.
    let images: Int
    /// For the images that are left over.
    let last: Plan?
    let limit: MemoryLimit

    private var microBatches: Blocks { Blocks(batch, of: images) }

    /// Whether micro-batches run in parallel, one on each thread, or one after the other with all threads at work on
    /// each, which takes less memory. The result has the same bits either way.
    private func isParallel(_ workers: Int) -> Bool {
        workers > 1 && (microBatches.number % workers == 0 || microBatches.number >= 4 * workers)
            && limit.covers(workers.timesClamped(memoryPerWorker).timesClamped(4))
    }

    /// The floats it works in. In parallel micro-batches take more than one after the other.
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
    /// `observe` is called before each micro-batch and after each of its steps; where it is given, micro-batches run one
    /// after the other.
    func run(_ tensors: [Tensor], in memory: AlignedFloats, on pool: WorkerPool, observe: ((Plan, Int?) -> Void)? = nil)
        -> [Tensor]
    {
        precondition(tensors.count == plan.inputs.count, "the plan is for other inputs")
        var results = plan.results.map { Tensor(shape: [batch] + $0.dropFirst()) }
        // The tensors own this memory, and must outlive the run.
        defer { withExtendedLifetime(tensors) {} }
        let inputs = unsafe tensors.map { unsafe $0.withUnsafeBuffer { $0.baseAddress } }
        let outputs = unsafe results.indices.map { unsafe results[$0].withUnsafeMutableBuffer { $0.baseAddress } }
        func run(_ index: Int, _ memory: UnsafeMutablePointer<Float>, _ pool: WorkerPool?) {
            let range = microBatches[index], plan = range.count == images ? plan : last ?? plan
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
            pool.run(parts: microBatches.number) { index, worker in
                unsafe run(index, memory.start + worker * share, nil)
            }
        } else {
            for index in 0..<microBatches.number { unsafe run(index, memory.start, pool) }
        }
        return results
    }
}
