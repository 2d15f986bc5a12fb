/// The values a channel takes over the plane when they depend on the position alone, never on the input: what zero
/// padding makes of a constant. Row-major, height × width; one-dimensional planes have height 1, and of more than two
/// spatial axes all but the last count as the height (no layer slides over those).
package struct PlaneMap: Equatable, Sendable {
    package let height: Int
    package let width: Int
    package var values: [Double]

    package init(height: Int, width: Int, values: [Double]) {
        precondition(values.count == height * width, "\(values.count) values for a plane of \(height) × \(width)")
        (self.height, self.width, self.values) = (height, width, values)
    }

    /// The plane of a tensor of `shape` whose channels are at `axis`, with `value` everywhere; nil where a length is
    /// unknown, the tensor has no plane, or one that no network has.
    package init?(shape: TensorShape, channelAxis axis: Int, repeating value: Double) {
        guard let count = Self.positions(of: shape, channelAxis: axis),
            let last = shape.indices.last(where: { $0 != axis }),
            let width = shape[last]
        else { return nil }
        self.init(height: count / width, width: width, values: Array(repeating: value, count: count))
    }

    /// The number of positions of a tensor's plane; nil as above.
    package static func positions(of shape: TensorShape, channelAxis axis: Int) -> Int? {
        var spatial = shape
        spatial.remove(at: axis)
        guard !spatial.isEmpty, let count = elementCount(spatial), (1...(1 << 22)).contains(count) else { return nil }
        return count
    }

    package func mapped(_ function: (Double) -> Double?) -> PlaneMap? {
        var result = self
        for position in values.indices {
            guard let value = function(values[position]) else { return nil }
            result.values[position] = value
        }
        return result
    }

    /// The map under a sliding window with one weight per tap (height × width of the window), zeros outside.
    package func convolved(_ taps: [Double], _ window: Window) -> PlaneMap {
        slid(window, from: 0) { sum, tap, value in sum + taps[tap] * value }
    }

    /// The map under max or average pooling; what is outside does not count.
    package func pooled(_ kind: PoolingKind, _ window: Window) -> PlaneMap {
        guard kind == .average else { return slid(window, from: -.infinity) { max($0, $2) } }
        let sums = slid(window, from: 0) { sum, _, value in sum + value }
        let ones = PlaneMap(height: height, width: width, values: Array(repeating: 1, count: values.count)).slid(
            window, from: 0
        ) { sum, _, value in sum + value }
        return PlaneMap(height: sums.height, width: sums.width, values: zip(sums.values, ones.values).map { $0 / $1 })
    }

    /// Zeros added around the plane, or border taken off it where amounts are negative.
    private func padded(_ amounts: (rows: Amounts, columns: Amounts)) -> PlaneMap {
        let (rows, columns) = amounts
        let h = height + rows.before + rows.after, w = width + columns.before + columns.after
        var result = PlaneMap(height: h, width: w, values: Array(repeating: 0, count: h * w))
        for y in max(0, rows.before)..<min(h, height + rows.before) {
            for x in max(0, columns.before)..<min(w, width + columns.before) {
                result.values[y * w + x] = values[(y - rows.before) * width + x - columns.before]
            }
        }
        return result
    }

    /// Every value repeated.
    private func repeated(_ factors: (rows: Int, columns: Int)) -> PlaneMap {
        let (rows, columns) = factors, w = width * columns
        return PlaneMap(
            height: height * rows, width: w,
            values: (0..<(height * rows * w)).map { values[$0 / w / rows * width + $0 % w / columns] })
    }

    /// For each position of `window` what `combine` gathers from its taps inside the plane and the values there.
    private func slid(
        _ window: Window, from initial: Double, _ combine: (_ result: Double, _ tap: Int, _ value: Double) -> Double
    ) -> PlaneMap {
        // One-dimensional windows slide along the width.
        let isFlat = window.rank == 1, last = window.rank - 1
        let h = isFlat ? 1 : window.positions(along: 0, length: height),
            w = window.positions(along: last, length: width)
        let tapRows = isFlat ? 1 : window.size[0], tapColumns = window.size[last]
        let top = isFlat ? 0 : window.paddingAmounts(along: 0, length: height).before,
            left = window.paddingAmounts(along: last, length: width).before
        var result = PlaneMap(height: h, width: w, values: Array(repeating: initial, count: h * w))
        for y in 0..<h {
            for ty in 0..<tapRows {
                let row = isFlat ? 0 : y * window.strides[0] + ty * window.dilation[0] - top
                guard row >= 0, row < height else { continue }
                for x in 0..<w {
                    for tx in 0..<tapColumns {
                        let column = x * window.strides[last] + tx * window.dilation[last] - left
                        guard column >= 0, column < width else { continue }
                        result.values[y * w + x] = combine(
                            result.values[y * w + x], ty * tapColumns + tx, values[row * width + column])
                    }
                }
            }
        }
        return result
    }
}

extension PlaneMap {
    /// The plane behind a layer that changes it; nil where it cannot be followed. Global pooling leaves one number.
    package func changed(_ change: PlaneChange) -> PlaneMap? {
        /// What a layer says of its axes, of which one-dimensional layers have one.
        func rowsAndColumns<T>(_ axes: [T], one: T) -> (rows: T, columns: T) {
            (axes.count == 1 ? one : axes[0], axes[axes.count - 1])
        }
        switch change {
        case let .padding(padding): return padded(rowsAndColumns(padding.amounts, one: Amounts(0, 0)))
        case let .cropping(cropping):
            return padded(rowsAndColumns(cropping.amounts.map { Amounts(-$0.before, -$0.after) }, one: Amounts(0, 0)))
        case let .pooling(pooling): return pooled(pooling.kind, pooling.window)
        case let .globalPooling(pooling):
            let value = pooling.kind == .max ? values.max() ?? 0 : values.reduce(0, +) / Double(values.count)
            return PlaneMap(height: 1, width: 1, values: [value])
        case let .upsampling(upsampling):
            return upsampling.interpolation == .nearest ? repeated(rowsAndColumns(upsampling.factors, one: 1)) : nil
        }
    }
}
