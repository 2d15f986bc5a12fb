import MicrokernelInterface

/// The filters of a convolution cut into panels as wide as the register tiles, each packed in the order it is read:
/// taps × channels × its filters, filled up with zeros to a multiple of `InferenceMicrokernels.panelGranularity`. One to
/// four filters that would need a vector of their own are the last panel's tail.
struct PackedPanels: Sendable {
    struct Panel {
        /// Its filters but the tail's.
        let body: Range<Int>
        /// The floats of a row: these filters and the zeros after them.
        let width: Int
        /// Where its weights begin.
        let offset: Int
        /// The floats of one tap.
        let tapCount: Int
        var tail: Tail?

        /// Its filters, the tail's among them.
        var columns: Range<Int> { body.lowerBound..<body.upperBound + (tail?.count ?? 0) }
    }

    /// Filters packed one after the other: taps × filters × channels, filled up with zeros to whole vectors.
    struct Tail {
        let count: Int
        let offset: Int
        /// The floats of a filter, and of one tap.
        let stride: Int
        var tapCount: Int { count * stride }
    }

    let panels: [Panel]
    let weights: AlignedFloats

    /// The panels of the filters `columns`, of weights that are rows × `stride` in Keras's order: `taps` times
    /// `channels` rows.
    init(
        _ source: UnsafePointer<Float>, stride: Int, columns: Range<Int>, taps: Int, channels: Int, tails: Bool,
        for set: InstructionSet
    ) {
        let few = tails ? Self.tailCount(columns.count, taps: taps, channels: channels, set) : 0,
            end = columns.upperBound - few
        var panels: [Panel] = [], first = columns.lowerBound, offset = 0
        for vectors in Self.widths(end - first, set) {
            let last = min(end, first + vectors * set.lanes),
                width =
                    (last - first + set.microkernels.panelGranularity - 1) / set.microkernels.panelGranularity
                    * set.microkernels.panelGranularity
            panels.append(Panel(body: first..<last, width: width, offset: offset, tapCount: channels * width))
            offset += taps * channels * width
            first = last
        }
        if few > 0 {
            let tail = Tail(count: few, offset: offset, stride: set.padded(channels))
            panels[panels.count - 1].tail = tail
            offset += taps * tail.tapCount
        }
        self.panels = panels
        weights = AlignedFloats(count: offset)
        for panel in panels {
            for row in 0..<taps * channels {
                (weights.start + panel.offset + row * panel.width).update(
                    from: source + row * stride + panel.body.lowerBound, count: panel.body.count)
            }
        }
        guard let tail = panels.last?.tail else { return }
        for tap in 0..<taps {
            for filter in 0..<few {
                let target = weights.start + tail.offset + tap * tail.tapCount + filter * tail.stride
                for channel in 0..<channels {
                    target[channel] = source[(tap * channels + channel) * stride + end + filter]
                }
            }
        }
    }

    /// The widths of the panels for `filters` filters, in vectors: as few panels as hold them, none much narrower than
    /// the others, since a narrow tile cannot keep the arithmetic units busy.
    private static func widths(_ filters: Int, _ set: InstructionSet) -> [Int] {
        let vectors = set.vectors(filters)
        let number = (vectors + set.microkernels.panelVectors - 1) / set.microkernels.panelVectors
        return (0..<number).map { (vectors * ($0 + 1)) / number - (vectors * $0) / number }
    }

    /// How many filters beyond whole vectors, or half ones, cost less one by one: vectors of channels, and then the sum
    /// of the lanes, which takes as long as some products.
    private static func tailCount(_ filters: Int, taps: Int, channels: Int, _ set: InstructionSet) -> Int {
        let count = filters % set.microkernels.panelGranularity, cost = count * (taps * set.vectors(channels) + 6)
        return count <= 4 && filters > count && cost < taps * channels * set.microkernels.panelGranularity / set.lanes
            ? count : 0
    }
}

extension PanelProduct {
    /// Turns the product with a panel, of `count` filters, into the one with its tail.
    mutating func moveToTail(_ tail: PackedPanels.Tail, _ weights: UnsafePointer<Float>, behind count: Int) {
        self.weights = weights
        tapStride = tail.tapCount
        filterStride = tail.stride
        outputShift += count
        columns = tail.count
        next = nil
        prefetches = false
        epilogue.bias = epilogue.bias.map { $0 + count }
    }
}

extension [PackedPanels] {
    /// The bytes of each block of weights.
    var bytes: [ObjectIdentifier: Int] {
        Dictionary(map { (ObjectIdentifier($0.weights), 4 * $0.weights.count) }) { first, _ in first }
    }
}
