import MicrokernelInterface

/// Sums, products and multiples of arrays.
package enum VectorArithmetic {
    /// y += x.
    package static func add(
        _ x: UnsafePointer<Float>, to y: UnsafeMutablePointer<Float>, count: Int, on pool: WorkerPool
    ) {
        combine(.add, y, x, into: y, count: count, on: pool)
    }

    /// z = x ∘ y with one of the vector operators; z may be x.
    package static func combine(
        _ operation: VectorOperator, _ x: UnsafePointer<Float>, _ y: UnsafePointer<Float>,
        into z: UnsafeMutablePointer<Float>, count: Int, on pool: WorkerPool
    ) {
        BinaryKernel(operation, .line(count, second: 1)).run(x, y, into: z, workspace: z, on: pool)
    }

    /// y = factor · x; may be the same.
    package static func scale(
        _ x: UnsafePointer<Float>, by factor: Float, into y: UnsafeMutablePointer<Float>, count: Int,
        on pool: WorkerPool
    ) {
        withUnsafePointer(to: factor) { factor in
            BinaryKernel(.multiply, .line(count, second: 0)).run(x, factor, into: y, workspace: y, on: pool)
        }
    }
}

extension NestedLoop {
    /// All of `count` numbers; the second operand's step from one to the next.
    fileprivate static func line(_ count: Int, second: Int) -> NestedLoop {
        NestedLoop(lengths: [count], strides: [.init(output: 1, first: 1, second: second)])
    }
}
