import Graphs
import Kernels
import Synchronization
import Tensors

/// A graph compiled for execution: weights are packed once, buffers placed once per batch size and input shape.
///
/// Runs from several threads take turns.
package final class Network: Sendable {
    private let program: Program
    private let pool: WorkerPool
    private let state = Mutex(State())

    /// The schedules made so far, and the memory that all of them use in turn.
    private struct State {
        var schedules: [[[Int]]: Schedule] = [:]
        var memory = AlignedFloats(count: 0)
    }

    /// Compiles what the graph's outputs, `taps` and `summarizing` depend on; other nodes are left out.
    ///
    /// Throws `NetworkError.opaque` for a layer that cannot be evaluated, `GraphError` for a graph that contradicts
    /// itself.
    package init(
        _ graph: Graph, taps: [TensorID] = [], summarizing summarized: [SummarizedTensor] = [],
        options: NetworkOptions = NetworkOptions()
    ) throws {
        program = try Program(graph, taps: taps, summarizing: summarized, options: options)
        pool = WorkerPool(workers: options.threads)
    }

    /// The threads that work on a run: fewer than asked for where the system grants no more.
    package var threads: Int { pool.workers }

    /// What the model makes of `inputs`: its outputs in its order, then one tensor per tap, each N × shape, Keras's
    /// axis order.
    ///
    /// Inputs are one tensor per model input, N × shape, N the same for all. Axes that the model leaves open take any
    /// length. Throws `NetworkError` when they do not fit, or the run would not fit into memory.
    package func run(_ inputs: [Tensor]) throws -> [Tensor] {
        let results = try run(inputs, observe: nil).results
        return program.returned.map { results[$0] }
    }

    /// What the channels of the summarized tensors do in each image of `inputs`, in the order they were given in.
    /// Throws as `run(_:)` does.
    package func summaries(_ inputs: [Tensor]) throws -> [ChannelSummaries] {
        let (results, plan) = try run(inputs, observe: nil)
        return zip(results.dropFirst(program.kept.count), plan.summaries).map {
            ChannelSummaries($0, positions: $1.positions, isBeforeRectifier: $1.isBeforeRectifier)
        }
    }

    /// The milliseconds of each kernel call of a run, in order, each with the layer it serves. The times
    /// of micro-batches are added up.
    package func stepTimes(_ inputs: [Tensor]) throws -> [(layer: String, kernel: String, milliseconds: Double)] {
        let clock = ContinuousClock()
        var times: [(layer: String, kernel: String, milliseconds: Double)] = [], last = clock.now
        _ = try run(inputs) { plan, index in
            let now = clock.now
            if let index {
                // What happened before the first step, copying the inputs, counts to it.
                let step = plan.steps[index], time = (now - last) / .milliseconds(1)
                if index < times.count {
                    times[index].milliseconds += time
                } else {
                    times.append((step.layer, step.kernel.name, time))
                }
            }
            last = now
        }
        return times
    }

    private func run(_ inputs: [Tensor], observe: ((Plan, Int?) -> Void)?) throws -> (results: [Tensor], plan: Plan) {
        let (batch, shapes) = try program.check(inputs.map(\.shape))
        return try state.withLock { state in
            let schedule = try self.schedule(&state, batch, shapes)
            let count = schedule.floatCount(workers: pool.workers)
            if state.memory.count < count { state.memory = AlignedFloats(count: count) }
            return (schedule.run(inputs, in: state.memory, on: pool, observe: observe), schedule.plan)
        }
    }

    /// The bytes a run of `batch` images works in: buffers, scratch memory of all threads, weights as they are and as
    /// its kernels read them.
    ///
    /// Throws when the model leaves axes of its inputs open.
    package func peakBytes(batch: Int) throws -> Int {
        let schedule = try declaredSchedule(batch)
        return 4 * schedule.floatCount(workers: pool.workers) + program.weightBytes + schedule.packedBytes
    }

    /// All that a run of `batch` images holds: what it works in, its inputs and its outputs.
    ///
    /// Throws where that is beyond the machine's memory, or the model leaves axes of its inputs open.
    package func totalBytes(batch: Int) throws -> Int {
        let bytes = try peakBytes(batch: batch), schedule = try declaredSchedule(batch)
        let inputs = schedule.plan.inputCounts.map { $0 / max(1, schedule.images) },
            outputs = schedule.plan.results.map { $0.dropFirst().reduce(1, *) }
        return bytes.plusClamped((inputs + outputs).reduce(0, +).timesClamped(batch).timesClamped(4))
    }

    /// The kernels that a run of `batch` images calls, in order, each with the layer it serves.
    package func kernels(batch: Int) throws -> [(layer: String, kernel: String)] {
        try declaredSchedule(batch).plan.steps.map { ($0.layer, $0.kernel.name) }
    }

    private func declaredSchedule(_ batch: Int) throws -> Schedule {
        let shapes = try program.declaredInputShapes()
        guard batch > 0 else { throw NetworkError.batch([batch]) }
        return try state.withLock { try schedule(&$0, batch, shapes) }
    }

    private func schedule(_ state: inout State, _ batch: Int, _ shapes: [[Int]]) throws -> Schedule {
        let key = [[batch]] + shapes
        if let schedule = state.schedules[key] { return schedule }
        let schedule = try program.schedule(batch: batch, inputShapes: shapes)
        let bytes = schedule.floatCount(workers: pool.workers).timesClamped(4)
        try schedule.limit.require(bytes, for: nil)
        // Corpora of images of many sizes would gather schedules without end.
        if state.schedules.count >= 32 { state.schedules.removeAll() }
        state.schedules[key] = schedule
        return schedule
    }
}
