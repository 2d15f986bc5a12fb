/// Batch normalization by the statistics of the batch itself, with the rectifier behind it, over rows × channels numbers.
///
/// Source: Ioffe & Szegedy 2015. Statistics are taken of blocks of rows and put together in the blocks' order, in Float64
/// (Chan, Golub & LeVeque 1983), so that no large mean drowns a small variance.
package struct BatchNormalizationKernel: Sendable {
    private let rows: Int
    private let channels: Int
    private let epsilon: Float
    private let rectifier: Rectifier?
    private let blocks: Blocks

    package init(rows: Int, channels: Int, epsilon: Float, rectifier: Rectifier?) {
        self.rows = rows
        self.channels = channels
        self.epsilon = epsilon
        self.rectifier = rectifier
        blocks = Blocks(rows, of: max(16, (1 << 14) / max(1, channels)))
    }

    /// A channel's numbers are kept in whole vectors.
    private var width: Int { (channels + 15) / 16 * 16 }

    /// The floats of scratch memory that a call needs.
    package func workspaceCount(workers: Int) -> Int { (2 * blocks.number + 5) * width }

    /// output = rectifier(γ (x − μ) / √(σ² + ε) + β), with the mean and the variance of each channel over all rows (that
    /// over n, not n − 1), which are written too. Without γ it is 1, without β 0. May run in place.
    package func forward(
        _ input: UnsafePointer<Float>, gamma: UnsafePointer<Float>?, beta: UnsafePointer<Float>?, into output: UnsafeMutablePointer<Float>,
        mean: UnsafeMutablePointer<Float>, variance: UnsafeMutablePointer<Float>, workspace: UnsafeMutablePointer<Float>, on pool: WorkerPool
    ) {
        measure(input, mean, variance, workspace, pool)
        let place = prepare(gamma, beta, mean, variance, workspace + 2 * blocks.number * width)
        let blocks = blocks, channels = channels, rectifier = rectifier
        pool.run(parts: blocks.number) { block, _ in
            for row in blocks[block] {
                let x = input + row * channels, y = output + row * channels
                for c in 0..<channels {
                    let value = (x[c] - place.mean[c]) * place.scale[c] + place.shift[c]
                    y[c] = rectifier?(value) ?? value
                }
            }
        }
    }

    /// The gradients with respect to the input (which may lie where the output's does), γ and β, from the input and the
    /// numbers that `forward` was given and wrote. A rectifier's slope at its corners is the one below them.
    package func backward(
        _ input: UnsafePointer<Float>, outputGradient: UnsafePointer<Float>, gamma: UnsafePointer<Float>?, beta: UnsafePointer<Float>?,
        mean: UnsafePointer<Float>, variance: UnsafePointer<Float>, into inputGradient: UnsafeMutablePointer<Float>,
        gammaGradient: UnsafeMutablePointer<Float>?, betaGradient: UnsafeMutablePointer<Float>?, workspace: UnsafeMutablePointer<Float>, on pool: WorkerPool
    ) {
        let place = prepare(gamma, beta, mean, variance, workspace + 2 * blocks.number * width)
        let blocks = blocks, channels = channels, width = width, rectifier = rectifier
        pool.run(parts: blocks.number) { block, _ in
            let sums = workspace + 2 * block * width, products = sums + width
            sums.update(repeating: 0, count: 2 * width)
            for row in blocks[block] {
                let x = input + row * channels, gradient = outputGradient + row * channels
                for c in 0..<channels {
                    let deviation = x[c] - place.mean[c]
                    let g = gradient[c] * (rectifier?.derivative(deviation * place.scale[c] + place.shift[c]) ?? 1)
                    sums[c] += g
                    products[c] += g * deviation
                }
            }
        }
        // dx = γ/s · (g − Σg/n − (x − μ)/s² · Σg(x − μ)/n) with s = √(σ² + ε).
        let constant = place.rest, factor = place.rest + width
        for c in 0..<channels {
            var sum = 0.0, product = 0.0
            for block in 0..<blocks.number {
                sum += Double(workspace[2 * block * width + c])
                product += Double(workspace[(2 * block + 1) * width + c])
            }
            let square = Double(variance[c]) + Double(epsilon)
            betaGradient?[c] = Float(sum)
            gammaGradient?[c] = Float(product / square.squareRoot())
            constant[c] = Float(sum / Double(rows))
            factor[c] = Float(product / square / Double(rows))
        }
        pool.run(parts: blocks.number) { block, _ in
            for row in blocks[block] {
                let x = input + row * channels, gradient = outputGradient + row * channels, target = inputGradient + row * channels
                for c in 0..<channels {
                    let deviation = x[c] - place.mean[c]
                    let g = gradient[c] * (rectifier?.derivative(deviation * place.scale[c] + place.shift[c]) ?? 1)
                    target[c] = (g - constant[c] - deviation * factor[c]) * place.scale[c]
                }
            }
        }
    }

    /// The mean and the variance of each channel.
    private func measure(
        _ input: UnsafePointer<Float>, _ mean: UnsafeMutablePointer<Float>, _ variance: UnsafeMutablePointer<Float>,
        _ workspace: UnsafeMutablePointer<Float>, _ pool: WorkerPool
    ) {
        let blocks = blocks, channels = channels, width = width
        pool.run(parts: blocks.number) { block, _ in
            let means = workspace + 2 * block * width, squares = means + width
            means.update(repeating: 0, count: 2 * width)
            for row in blocks[block] { for c in 0..<channels { means[c] += input[row * channels + c] } }
            for c in 0..<channels { means[c] /= Float(blocks[block].count) }
            for row in blocks[block] {
                for c in 0..<channels {
                    let deviation = input[row * channels + c] - means[c]
                    squares[c] += deviation * deviation
                }
            }
        }
        for c in 0..<channels {
            var count = 0.0, center = 0.0, squares = 0.0
            for block in 0..<blocks.number {
                let more = Double(blocks[block].count), distance = Double(workspace[2 * block * width + c]) - center
                squares += Double(workspace[(2 * block + 1) * width + c]) + distance * distance * count * more / (count + more)
                count += more
                center += distance * more / count
            }
            mean[c] = Float(center)
            variance[c] = Float(squares / count)
        }
    }

    /// What each channel is normalized with, in whole vectors.
    private struct Place {
        let mean: UnsafeMutablePointer<Float>, scale: UnsafeMutablePointer<Float>, shift: UnsafeMutablePointer<Float>, rest: UnsafeMutablePointer<Float>
    }

    private func prepare(
        _ gamma: UnsafePointer<Float>?, _ beta: UnsafePointer<Float>?, _ mean: UnsafePointer<Float>, _ variance: UnsafePointer<Float>,
        _ memory: UnsafeMutablePointer<Float>
    ) -> Place {
        let place = Place(mean: memory, scale: memory + width, shift: memory + 2 * width, rest: memory + 3 * width)
        for c in 0..<channels {
            place.mean[c] = mean[c]
            place.scale[c] = Float(Double(gamma?[c] ?? 1) / (Double(variance[c]) + Double(epsilon)).squareRoot())
            place.shift[c] = beta?[c] ?? 0
        }
        return place
    }
}

extension Rectifier {
    /// 1 between the corners, the slope up to the lower one, 0 from the upper one on.
    func derivative(_ x: Float) -> Float { x > 0 ? (x >= maximum ? 0 : 1) : slope }
}
