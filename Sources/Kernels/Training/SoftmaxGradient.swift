/// The gradient of a softmax over contiguous rows: dx = y (dy − Σ dy y).
package struct SoftmaxGradient: KernelGradient {
    private let length: Int
    private let blocks: Blocks

    package init(rows: Int, length: Int) {
        self.length = length
        blocks = Blocks(rows, of: 4096 / max(1, length))
    }

    /// Does not read the input; the result may lie where the output's gradient does.
    package func run(
        input: UnsafePointer<Float>, output: UnsafePointer<Float>, outputGradient: UnsafePointer<Float>,
        into inputGradient: UnsafeMutablePointer<Float>, on pool: WorkerPool
    ) {
        pool.run(parts: blocks.number) { block, _ in
            for row in blocks[block] {
                let y = output + row * length, dy = outputGradient + row * length, dx = inputGradient + row * length
                var product = 0.0
                for i in 0..<length { product += Double(dy[i]) * Double(y[i]) }
                for i in 0..<length { dx[i] = y[i] * (dy[i] - Float(product)) }
            }
        }
    }
}
