extension Kernel {
    /// The floats of scratch memory that `workers` threads together need.
    package func workspaceCount(workers: Int) -> Int { (workspaceCount + 15) / 16 * 16 * workers }

    /// Computes all units, each thread in scratch memory of its own.
    package func run(
        _ input: UnsafePointer<Float>, _ other: UnsafePointer<Float>? = nil, into output: UnsafeMutablePointer<Float>,
        workspace: UnsafeMutablePointer<Float>, on pool: WorkerPool
    ) {
        let step = workspaceCount(workers: 1)
        pool.run(units: units, affinity: unitAffinity) { units, worker in
            run(
                Operands(input: input, other: other, output: output, workspace: workspace + worker * step), units: units
            )
        }
    }
}
