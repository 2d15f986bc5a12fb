/// The filters of a convolution cut into panels as wide as the register tiles, each packed in the order it is read:
/// taps × channels × its filters, filled up with zeros to whole vectors, or half ones: see `KernelFamily.grain`.
struct PackedPanels: Sendable {
    struct Panel {
        /// Its filters.
        let columns: Range<Int>
        /// The floats of a row: its filters and the zeros after them.
        let width: Int
        /// Where its weights begin.
        let offset: Int
        /// The floats of one tap.
        let tapCount: Int
    }

    let panels: [Panel]
    let weights: AlignedFloats

    /// The panels of the filters `columns`, of weights that are rows × `stride` in Keras's order: `taps` times
    /// `channels` rows.
    init(_ source: UnsafePointer<Float>, stride: Int, columns: Range<Int>, taps: Int, channels: Int, for set: InstructionSet) {
        var panels: [Panel] = [], first = columns.lowerBound, offset = 0
        for vectors in Self.widths(columns.count, set) {
            let end = min(columns.upperBound, first + vectors * set.lanes), width = (end - first + set.grain - 1) / set.grain * set.grain
            panels.append(Panel(columns: first..<end, width: width, offset: offset, tapCount: channels * width))
            offset += taps * channels * width
            first = end
        }
        self.panels = panels
        weights = AlignedFloats(count: offset)
        for panel in panels {
            for row in 0..<taps * channels {
                (weights.start + panel.offset + row * panel.width).update(from: source + row * stride + panel.columns.lowerBound, count: panel.columns.count)
            }
        }
    }

    /// The widths of the panels for so many filters, in vectors: as few panels as hold them, none much narrower than
    /// the others, since a narrow tile cannot keep the arithmetic units busy.
    static func widths(_ filters: Int, _ set: InstructionSet) -> [Int] {
        let vectors = (filters + set.lanes - 1) / set.lanes
        let number = (vectors + set.panelVectors - 1) / set.panelVectors
        return (0..<number).map { (vectors * ($0 + 1)) / number - (vectors * $0) / number }
    }
}

extension [PackedPanels] {
    /// The bytes of each block of weights.
    var bytes: [ObjectIdentifier: Int] { Dictionary(map { (ObjectIdentifier($0.weights), 4 * $0.weights.count) }) { first, _ in first } }
}
