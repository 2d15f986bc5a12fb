import Graphs

/// Which taps of a sliding window meet the image: one list for each kind of position along an axis. At borders some taps
/// read the padding, which is 0 and adds nothing.
enum TapSets {
    /// - Parameters:
    ///   - length: of the image along the axis; nil where it may be any.
    ///   - zeros: around the image, beside the window's own padding.
    static func sliding(_ window: Window, _ axis: Int, length: Int?, zeros: Amounts) -> [[Int]] {
        let size = window.size[axis], stride = window.strides[axis], reach = window.effectiveSize(along: axis)
        let whole = Array(0..<size)
        if window.padding == .valid, zeros.before == 0, zeros.after == 0 { return [whole] }
        // Longer images have the same kinds of positions as one that leaves as much after the last stride.
        let longest = 4 * (reach + stride + zeros.before + zeros.after)
        func sets(_ length: Int) -> [[Int]] {
            let padded = length + zeros.before + zeros.after
            let start = window.paddingAmounts(along: axis, length: padded).before + zeros.before
            return (0..<window.positions(along: axis, length: padded)).map { position in
                whole.filter { (0..<length).contains(position * stride + $0 * window.dilation[axis] - start) }
            }
        }
        guard let length else { return unique((1...longest).flatMap(sets), else: whole) }
        return unique(sets(length > longest ? length - (length - longest) / stride * stride : length), else: whole)
    }

    /// The same for a transposed convolution: its output at q meets tap t where q + p − t · d is a whole number of
    /// strides, that of an input, p being half of what the forward window would have for padding.
    static func transposed(_ layer: TransposedConvolution, _ axis: Int, length: Int?) -> [[Int]] {
        let window = layer.window, stride = window.strides[axis], reach = window.effectiveSize(along: axis)
        let whole = Array(0..<window.size[axis]), longest = 2 * (reach / stride + 4)
        func sets(_ length: Int) -> [[Int]] {
            let output = layer.outputLength(along: axis, input: length)
            let total = window.padding == .valid ? 0 : max(0, (length - 1) * stride + reach - output)
            return (0..<max(0, output)).map { position in
                whole.filter {
                    let place = position + total / 2 - $0 * window.dilation[axis]
                    return place % stride == 0 && (0..<length).contains(place / stride)
                }
            }
        }
        return unique(length.map { sets(min($0, longest)) } ?? (1...longest).flatMap(sets), else: whole)
    }

    private static func unique(_ sets: [[Int]], else whole: [Int]) -> [[Int]] {
        let known = Set(sets)
        return known.isEmpty ? [whole] : known.sorted { $0.lexicographicallyPrecedes($1) }
    }
}

/// The kinds of positions that a window takes, as the taps that meet the image there: all pairs of a set of rows and one
/// of columns.
struct TapGrid {
    /// The numbers of taps.
    var height = 1
    var width = 1
    var rows = [[0]]
    var columns = [[0]]

    /// One tap, which reads everything.
    init() {}

    /// `sets`: those along each axis of the window, one or two.
    init(_ size: [Int], _ sets: [[[Int]]]) {
        if sets.count > 1 { (height, rows) = (size[0], sets[0]) }
        (width, columns) = (size[size.count - 1], sets[sets.count - 1])
    }

    var taps: Int { height * width }

    /// Whether some position reads less than the whole window.
    var meetsBorders: Bool { rows != [Array(0..<height)] || columns != [Array(0..<width)] }

    /// The same kind by kind.
    var single: [TapGrid] {
        rows.flatMap { row in
            columns.map { column in
                var grid = self
                (grid.rows, grid.columns) = ([row], [column])
                return grid
            }
        }
    }
}
