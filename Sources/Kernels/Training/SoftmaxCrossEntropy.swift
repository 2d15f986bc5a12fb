#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// Softmax and cross-entropy in one: the loss of each row of logits, and the gradient of their mean.
package struct SoftmaxCrossEntropy: Sendable {
    private let rows: Int
    private let classes: Int
    private let smoothing: Float
    private let blocks: Blocks

    /// With label smoothing ε the wanted distribution is (1 − ε) at the label plus ε / classes everywhere (Szegedy et
    /// al. 2016).
    package init(rows: Int, classes: Int, smoothing: Float = 0) {
        precondition(classes > 0, "no classes")
        (self.rows, self.classes, self.smoothing) = (rows, classes, smoothing)
        blocks = Blocks(rows, of: 4096 / classes)
    }

    /// Writes each row's loss, and the gradient of the mean loss with respect to the logits; may run in place. Labels
    /// are below `classes`.
    package func run(
        logits: UnsafePointer<Float>, labels: UnsafePointer<Int32>, losses: UnsafeMutablePointer<Float>,
        into gradient: UnsafeMutablePointer<Float>?, on pool: WorkerPool
    ) {
        let share = smoothing / Float(classes), rest = Double(1 - smoothing), scale = 1 / Float(max(1, rows))
        pool.run(parts: blocks.number) { block, _ in
            for row in blocks[block] {
                let x = logits + row * classes, label = Int(labels[row])
                precondition(label >= 0 && label < classes, "label \(label) of \(classes) classes")
                let (top, sum, total) = sums(of: x)
                // −Σ t (x − top − log Σ exp(x − top)), with Σ t = 1.
                losses[row] = Float(log(sum) - rest * Double(x[label] - top) - Double(share) * total)
                guard let gradient = gradient.map({ $0 + row * classes }) else { continue }
                for i in 0..<classes {
                    gradient[i] =
                        scale * (Float(Double(expf(x[i] - top)) / sum) - share - (i == label ? Float(rest) : 0))
                }
            }
        }
    }

    /// The same where `targets` holds the wanted distribution of each row, `classes` numbers that are taken as they
    /// are: they sum to about 1, and label smoothing applies to them.
    package func run(
        logits: UnsafePointer<Float>, targets: UnsafePointer<Float>, losses: UnsafeMutablePointer<Float>,
        into gradient: UnsafeMutablePointer<Float>?, on pool: WorkerPool
    ) {
        let share = Double(smoothing) / Double(classes), rest = Double(1 - smoothing), scale = 1 / Double(max(1, rows))
        pool.run(parts: blocks.number) { block, _ in
            for row in blocks[block] {
                let x = logits + row * classes, wanted = targets + row * classes
                let (top, sum, _) = sums(of: x)
                var mass = 0.0, product = 0.0
                for i in 0..<classes {
                    let target = rest * Double(wanted[i]) + share
                    mass += target
                    product += target * Double(x[i] - top)
                }
                // −Σ t (x − top − log Σ exp(x − top)); its gradient is Σt · softmax − t.
                losses[row] = Float(mass * log(sum) - product)
                guard let gradient = gradient.map({ $0 + row * classes }) else { continue }
                for i in 0..<classes {
                    gradient[i] = Float(
                        scale * (mass * Double(expf(x[i] - top)) / sum - rest * Double(wanted[i]) - share))
                }
            }
        }
    }

    /// The largest of a row, and Σ exp(x − top), Σ (x − top).
    private func sums(of x: UnsafePointer<Float>) -> (top: Float, exponentials: Double, distances: Double) {
        var top = x[0]
        for i in 1..<classes where !(x[i] <= top) { top = x[i] }
        var sum = 0.0, total = 0.0
        for i in 0..<classes {
            sum += Double(expf(x[i] - top))
            total += Double(x[i] - top)
        }
        return (top, sum, total)
    }
}
