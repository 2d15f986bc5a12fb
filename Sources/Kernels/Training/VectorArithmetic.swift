/// Sums of arrays.
package enum VectorArithmetic {
    /// y += x.
    package static func add(
        _ x: UnsafePointer<Float>, to y: UnsafeMutablePointer<Float>, count: Int, on pool: WorkerPool
    ) {
        let loop = NestedLoop(lengths: [count], strides: [.init(output: 1, first: 1, second: 1)])
        BinaryKernel(.add, loop).run(y, x, into: y, workspace: y, on: pool)
    }
}
