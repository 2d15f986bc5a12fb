import Datasets
import Graphs
import Kernels
import Networks
import Tensors

/// A network while it learns: its weights, the optimizer's memory, and a step at a time.
///
/// The result has the same bits for any number of threads. One caller at a time.
package final class Trainer {
    package let recipe: TrainingRecipe
    /// How many classes the network tells apart.
    package var classes: Int { program.classes }
    /// Steps taken so far, over all epochs.
    package private(set) var step = 0
    private var structure: Graph
    private let program: TrainingProgram
    private let pool: WorkerPool
    private let parameters: AlignedFloats
    private let statistics: AlignedFloats
    private let gradients: AlignedFloats
    private let slots: [AlignedFloats]
    private let memory: AlignedFloats
    private let workspace: AlignedFloats
    private let losses: AlignedFloats
    /// Neighbouring parameters with the same rate and regularizers.
    private let runs: [ParameterRun]

    /// Prepares the training of `graph`, from the weights it has. Throws `TrainingError` where it cannot be trained.
    package convenience init(_ graph: Graph, recipe: TrainingRecipe, threads: Int? = nil) throws {
        try self.init(graph, recipe: recipe, threads: threads, probes: [])
    }

    /// `probes`: see `effects`.
    init(_ graph: Graph, recipe: TrainingRecipe, threads: Int?, probes: Set<Probe>) throws {
        var graph = graph
        try graph.inferShapes()
        self.recipe = recipe
        structure = graph
        var builder = try TrainingProgramBuilder(graph, batch: recipe.batch, seed: recipe.seed, probes: probes)
        let program = try builder.build()
        self.program = program
        pool = WorkerPool(workers: min(max(1, threads ?? SystemResources.cores), NetworkOptions.mostThreads))
        // Four and more copies of the weights: those of the graph, those that learn, their gradients and what the
        // optimizer keeps.
        let weights = program.gradientCount.plusClamped(
            program.bank.trainedCount.timesClamped(2 + recipe.optimizer.slotCount))
        let floats = weights.plusClamped(program.arena.count).plusClamped(program.workspaceCount(workers: pool.workers))
        if floats.timesClamped(4) > SystemResources.memory {
            throw TrainingError.tooLarge(bytes: floats.timesClamped(4), memory: SystemResources.memory)
        }
        (parameters, statistics) = program.bank.gather(graph)
        gradients = AlignedFloats(count: program.gradientCount)
        slots = (0..<recipe.optimizer.slotCount).map { _ in AlignedFloats(count: program.bank.trainedCount) }
        memory = AlignedFloats(count: program.arena.count)
        workspace = AlignedFloats(count: program.workspaceCount(workers: pool.workers))
        losses = AlignedFloats(count: recipe.batch)
        runs = ParameterRun.all(in: program.bank, of: graph, recipe)
    }

    /// The network with the weights it has now.
    package var network: Graph {
        var graph = structure
        program.bank.scatter(trained: parameters, measured: statistics, into: &graph)
        return graph
    }

    /// One step on a batch of `recipe.batch` images, at `factor` of the base rate; loss and misses before the step.
    ///
    /// `targets`: the wanted distribution over the classes of each image, N × classes, where it is not all on the
    /// label.
    package func learn(_ images: Tensor, labels: [Int32], targets: [Float]? = nil, factor: Double) -> StepResult {
        let result = differentiate(images, labels, targets)
        for run in runs { run.step(recipe, step, factor, parameters, gradients, slots, pool) }
        step += 1
        return result
    }

    /// The gradient of the mean loss of a batch with respect to every trained weight, layer by layer in their order.
    func gradient(_ images: Tensor, labels: [Int32], targets: [Float]? = nil) -> [(
        place: ParameterBank.Place, values: [Float]
    )] {
        _ = differentiate(images, labels, targets)
        return program.bank.trained.map { place in (place, place.range.map { gradients[$0] }) }
    }

    /// For each of `probes` and each of its channels, what |Σ value · gradient| over the positions of an image adds up to
    /// over the batch's images, each by the gradient of its own loss; nil where the loss does not depend on the tensor.
    func effects(_ images: Tensor, labels: [Int32], targets: [Float]?, _ probes: [Probe]) -> [[Double]?] {
        _ = differentiate(images, labels, targets)
        return probes.map { probe in
            guard let place = program.probes[probe] else { return nil }
            let channels = place.count / recipe.batch
            return (0..<channels).map { channel in
                // The gradient is that of the mean over the batch.
                (0..<recipe.batch).reduce(0) { sum, image in
                    sum + abs(Double(gradients[place.lowerBound + image * channels + channel]))
                        * Double(recipe.batch)
                }
            }
        }
    }

    /// Leaves the gradients of the batch's mean loss in `gradients`.
    private func differentiate(_ images: Tensor, _ labels: [Int32], _ targets: [Float]?) -> StepResult {
        precondition(
            labels.count == recipe.batch && images.count == recipe.batch * program.input.count,
            "a batch of another size")
        precondition(targets.map { $0.count == recipe.batch * classes } ?? true, "targets of another size")
        let pass = unsafe pass
        unsafe images.withUnsafeBuffer { source in
            if let start = source.baseAddress { unsafe pass[program.input].update(from: start, count: source.count) }
        }
        unsafe program.forward(pass)
        let result = unsafe loss(labels, targets, pass, into: pass[program.logitsGradient])
        unsafe program.backward(pass)
        return result
    }

    private var pass: Pass {
        unsafe Pass(
            memory: memory.start, offsets: program.arena.offsets, parameters: parameters.start,
            gradients: gradients.start,
            statistics: statistics.start, workspace: workspace.start, pool: pool, step: step)
    }

    private func loss(_ labels: [Int32], _ targets: [Float]?, _ pass: Pass, into gradient: UnsafeMutablePointer<Float>)
        -> StepResult
    {
        let logits = unsafe pass[program.logits], classes = program.classes, rows = recipe.batch
        var misses1 = 0, misses5 = 0
        for row in 0..<rows {
            let scores = unsafe logits + row * classes, label = Int(labels[row])
            // Ties as argmax breaks them: the earlier class wins. NaN is a miss.
            let own = unsafe scores[label],
                rank = (0..<classes).count { unsafe scores[$0] > own || (scores[$0] == own && $0 < label) || own.isNaN }
            if rank >= 1 { misses1 += 1 }
            if rank >= 5 { misses5 += 1 }
        }
        let entropy = SoftmaxCrossEntropy(rows: rows, classes: classes, smoothing: recipe.labelSmoothing)
        if let targets {
            unsafe targets.withUnsafeBufferPointer { targets in
                guard let start = targets.baseAddress else { return }
                unsafe entropy.run(logits: logits, targets: start, losses: losses.start, into: gradient, on: pool)
            }
        } else {
            unsafe labels.withUnsafeBufferPointer { labels in
                guard let start = labels.baseAddress else { return }
                unsafe entropy.run(logits: logits, labels: start, losses: losses.start, into: gradient, on: pool)
            }
        }
        return StepResult(loss: (0..<rows).reduce(0) { $0 + Double(losses[$1]) }, misses1: misses1, misses5: misses5)
    }
}

/// Loss and misses of a batch before the step on it.
package struct StepResult: Sendable {
    /// Sum of the images' cross-entropies, in nats.
    package let loss: Double
    /// Images whose label is not the top class, and not among the top five.
    package let misses1: Int
    package let misses5: Int
}

extension Trainer {
    /// All that a step changes.
    package struct Memory: Sendable, Equatable {
        package var step: Int
        package var parameters: [Float]
        package var statistics: [Float]
        package var slots: [[Float]]
    }

    package var snapshot: Memory {
        func values(_ block: AlignedFloats) -> [Float] { (0..<block.count).map { block[$0] } }
        return Memory(
            step: step, parameters: values(parameters), statistics: values(statistics), slots: slots.map(values))
    }

    /// Goes back to a snapshot; false where it is another network's or another optimizer's.
    package func restore(_ memory: Memory) -> Bool {
        guard memory.parameters.count == parameters.count, memory.statistics.count == statistics.count,
            memory.slots.count == slots.count, memory.slots.allSatisfy({ $0.count == parameters.count })
        else { return false }
        func fill(_ block: AlignedFloats, _ values: [Float]) {
            unsafe values.withUnsafeBufferPointer { source in
                if let start = source.baseAddress { unsafe block.start.update(from: start, count: source.count) }
            }
        }
        fill(parameters, memory.parameters)
        fill(statistics, memory.statistics)
        for (slot, values) in zip(slots, memory.slots) { fill(slot, values) }
        step = memory.step
        return true
    }
}
