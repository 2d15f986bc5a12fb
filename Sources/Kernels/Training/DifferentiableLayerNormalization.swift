/// Layer normalization for training, over contiguous rows: with the gradients of input, γ and β.
package struct DifferentiableLayerNormalization: Sendable {
    private let rows: Int
    private let row: RowNormalization

    package init(rows: Int, length: Int, epsilon: Float, centered: Bool) {
        self.rows = rows
        row = RowNormalization(length: length, epsilon: epsilon, centered: centered)
    }

    /// The floats of scratch memory that `backward` needs.
    package var workspaceCount: Int { ChannelSums.workspaceCount(rows: rows, channels: 2 * row.length) }

    /// y = z γ / √(σ² + ε) + β with z = x − μ, or x where nothing is centered. May run in place.
    package func forward(
        _ input: UnsafePointer<Float>, gamma: UnsafePointer<Float>?, beta: UnsafePointer<Float>?,
        into output: UnsafeMutablePointer<Float>, on pool: WorkerPool
    ) {
        let blocks = Blocks(rows, of: 4096 / max(1, row.length))
        pool.run(parts: blocks.number) { block, _ in
            for index in blocks[block] {
                row.run(input + index * row.length, gamma: gamma, beta: beta, into: output + index * row.length)
            }
        }
    }

    /// The gradients with respect to the input (which may lie where the output's does), γ and β; where they are
    /// wanted.
    ///
    /// With g = γ dy, d = x − μ, s = 1 / √(σ² + ε) and n numbers in a row: dx = s (g − Σg / n − d s² Σ(g z) / n), the
    /// second term only where rows are centered; dγ = Σ dy z s and dβ = Σ dy over the rows.
    package func backward(
        _ input: UnsafePointer<Float>, outputGradient: UnsafePointer<Float>, gamma: UnsafePointer<Float>?,
        into inputGradient: UnsafeMutablePointer<Float>?,
        gammaGradient: UnsafeMutablePointer<Float>?, betaGradient: UnsafeMutablePointer<Float>?,
        workspace: UnsafeMutablePointer<Float>, on pool: WorkerPool
    ) {
        let length = row.length
        ChannelSums.gather(2 * length, rows: rows, workspace: workspace, on: pool) { rows, partial in
            for index in rows {
                let x = input + index * length, dy = outputGradient + index * length
                let (mean, s) = row.moments(x), center = row.centered ? mean : 0
                var sum = 0.0, product = 0.0
                for i in 0..<length {
                    let z = Double(x[i]) - center, g = Double(gamma?[i] ?? 1) * Double(dy[i])
                    partial[i] += Float(Double(dy[i]) * z * s)
                    partial[length + i] += dy[i]
                    sum += g
                    product += g * z
                }
                guard let dx = inputGradient.map({ $0 + index * length }) else { continue }
                let constant = row.centered ? sum / Double(length) : 0, factor = s * s * product / Double(length)
                for i in 0..<length {
                    dx[i] = Float(
                        s * (Double(gamma?[i] ?? 1) * Double(dy[i]) - constant - (Double(x[i]) - mean) * factor))
                }
            }
        } result: { index, sum in
            if index < length { gammaGradient?[index] = sum } else { betaGradient?[index - length] = sum }
        }
    }
}
