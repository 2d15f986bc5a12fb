/// PReLU for training, over rows of one number for each slope: y = x where x ≥ 0, else α x; with the gradients of input
/// and slopes.
///
/// Source: He et al. 2015, equations 7 and 8.
package struct DifferentiablePReLU: Sendable {
    private let rows: Int
    private let count: Int

    package init(rows: Int, slopes count: Int) {
        (self.rows, self.count) = (rows, count)
    }

    /// The floats of scratch memory that `backward` needs.
    package var workspaceCount: Int { ChannelSums.workspaceCount(rows: rows, channels: count) }

    /// May run in place.
    package func forward(
        _ input: UnsafePointer<Float>, slopes: UnsafePointer<Float>, into output: UnsafeMutablePointer<Float>,
        on pool: WorkerPool
    ) {
        let blocks = Blocks(rows, of: (1 << 14) / max(1, count))
        pool.run(parts: blocks.number) { block, _ in
            for row in blocks[block] {
                let x = input + row * count, y = output + row * count
                for i in 0..<count { y[i] = x[i] < 0 ? slopes[i] * x[i] : x[i] }
            }
        }
    }

    /// The gradients with respect to the input, where it is wanted (it may lie where the output's does), and the
    /// slopes: dα = Σ dy x over the rows where x < 0. At 0 the slope is α, as on the other side.
    package func backward(
        _ input: UnsafePointer<Float>, outputGradient: UnsafePointer<Float>, slopes: UnsafePointer<Float>,
        into inputGradient: UnsafeMutablePointer<Float>?,
        slopeGradient: UnsafeMutablePointer<Float>, workspace: UnsafeMutablePointer<Float>, on pool: WorkerPool
    ) {
        ChannelSums.gather(count, rows: rows, workspace: workspace, on: pool) { rows, partial in
            for row in rows {
                let x = input + row * count, dy = outputGradient + row * count,
                    dx = inputGradient.map { $0 + row * count }
                for i in 0..<count {
                    partial[i] += x[i] < 0 ? dy[i] * x[i] : 0
                    dx?[i] = x[i] > 0 ? dy[i] : slopes[i] * dy[i]
                }
            }
        } result: {
            slopeGradient[$0] = $1
        }
    }
}
