/// The sizes of a Winograd convolution F(size × size, 3 × 3) and the transform of its filters.
///
/// Source: Lavin & Gray 2016. A filter g becomes G g Gᵀ; the products with the transformed tiles, summed over channels,
/// are transformed back by the kernels of the instruction set, whose matrices belong to the same points.
struct WinogradTransform: Sendable {
    /// Outputs per tile and axis: 2 or 4.
    let size: Int
    /// Inputs per tile and axis.
    var side: Int { size + 2 }
    var points: Int { side * side }

    /// The rows of G. For a point p the row is (1, p, p²) / M′(p), M the polynomial with all the points as roots.
    private var rows: [[Double]] {
        if size == 2 { return [[1, 0, 0], [0.5, 0.5, 0.5], [0.5, -0.5, 0.5], [0, 0, 1]] }
        let near = 0.5.squareRoot(), far = 2.0.squareRoot()
        func row(_ point: Double, _ slope: Double) -> [Double] { [1 / slope, point / slope, point * point / slope] }
        let finite = [row(near, -1.5), row(-near, -1.5), row(far, 6), row(-far, 6)]
        return [[1, 0, 0]] + finite + [[0, 0, 1]]
    }

    /// The filters at each point: points × channels × filters, from 3 × 3 × channels × filters. Computed in Float64,
    /// rounded once.
    func transformed(_ filters: AlignedFloats, channels: Int, count: Int) -> AlignedFloats {
        filters.withFloats { transformed($0, channels: channels, count: count) }
    }

    private func transformed(_ filters: UnsafePointer<Float>, channels: Int, count: Int) -> AlignedFloats {
        let rows = rows, side = side, plane = channels * count
        let result = AlignedFloats(count: points * plane)
        let half = UnsafeMutablePointer<Double>.allocate(capacity: side * 3 * count)
        defer { half.deallocate() }
        for channel in 0..<channels {
            let source = filters + channel * count, target = result.start + channel * count
            for u in 0..<side {
                let (a, b, c) = (rows[u][0], rows[u][1], rows[u][2])
                for h in 0..<3 {
                    let first = source + h * plane, second = source + (3 + h) * plane, third = source + (6 + h) * plane
                    let line = half + (u * 3 + h) * count
                    for f in 0..<count { line[f] = a * Double(first[f]) + b * Double(second[f]) + c * Double(third[f]) }
                }
            }
            for u in 0..<side {
                let first = half + u * 3 * count, second = first + count, third = second + count
                for v in 0..<side {
                    let (a, b, c) = (rows[v][0], rows[v][1], rows[v][2]), line = target + (u * side + v) * plane
                    for f in 0..<count { line[f] = Float(a * first[f] + b * second[f] + c * third[f]) }
                }
            }
        }
        return result
    }
}
