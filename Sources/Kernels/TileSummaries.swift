import MicrokernelInterface

/// What is to be told of a convolution's output; see `ChannelSummary`.
package struct Summarizing: Sendable {
    /// Applied to the output after its extremes were taken.
    package var rectifier: Rectifier?
    /// The largest magnitude of each channel that counts as zero; nil: 0 alone.
    package var tolerances: [Float]?

    package init(rectifier: Rectifier?, tolerances: [Float]?) {
        (self.rectifier, self.tolerances) = (rectifier, tolerances)
    }
}

/// Where the kernels of a Winograd convolution add what they find in their tiles, which are computed in no certain
/// order: a table of rows × channels for each group of neighbouring tiles of an image. A group is computed by one unit.
///
/// Groups follow from the size of an image alone, so that sums have the same bits whatever images are computed with it.
struct TileSummaries {
    /// Tiles in a group, a divisor of those of an image.
    let group: Int
    private let summary: Summarizing
    private let tolerances: AlignedFloats?
    private let images: Int
    private let channels: Int
    private let groups: Int

    init(_ summary: Summarizing, images: Int, tiles: Int, channels: Int, set: InstructionSet) {
        (self.summary, self.images, self.channels) = (summary, images, channels)
        tolerances = summary.tolerances.map(set.padded)
        group = (1...min(8, tiles)).last { tiles.isMultiple(of: $0) } ?? 1
        groups = tiles / group
    }

    /// The number of tiles in a block, near `wanted` of `tiles`, that is a number of groups and leaves the fewest rows of
    /// register tiles of `rows` unused.
    func blockSize(near wanted: Int, of tiles: Int, rows: Int) -> Int {
        func registerTiles(_ size: Int) -> Int {
            let (blocks, rest) = tiles.quotientAndRemainder(dividingBy: size)
            return blocks * ((size + rows - 1) / rows) + (rest + rows - 1) / rows
        }
        let nearest = max(group, (wanted + group / 2) / group * group), reach = max(1, wanted / (4 * group)) * group
        return stride(from: max(group, nearest - reach), through: nearest + reach, by: group).min {
            (registerTiles($0), abs($0 - wanted)) < (registerTiles($1), abs($1 - wanted))
        } ?? nearest
    }

    var join: SummaryJoin { SummaryJoin(images: images, tables: groups, channels: channels) }

    /// Empties the tables of these tiles for the channels `columns`, and says where each is. `tiles` are whole groups.
    func start(
        _ tiles: Range<Int>, columns: Range<Int>, in results: UnsafeMutablePointer<Float>,
        addresses: UnsafeMutablePointer<UnsafeMutablePointer<Float>>, extents: UnsafeMutablePointer<TileExtent>,
        scratch: UnsafeMutablePointer<Float>
    ) -> WinogradSummary {
        let table = SummaryKernel.rows * channels
        for (index, tile) in tiles.enumerated() {
            let start = results + tile / group * table
            addresses[index] = start + columns.lowerBound
            guard tile.isMultiple(of: group) else { continue }
            for row in ChannelSummary.Row.allCases {
                (start + row.rawValue * channels + columns.lowerBound).update(
                    repeating: row.nothing, count: columns.count)
            }
        }
        return WinogradSummary(
            results: UnsafePointer(addresses), rowStep: channels, extents: UnsafePointer(extents),
            rectifier: summary.rectifier.map { ($0.slope, $0.maximum) },
            tolerances: tolerances.map { UnsafePointer($0.start + columns.lowerBound) }, scratch: scratch)
    }
}

extension ChannelSummary.Row {
    /// What it is of no pixels.
    fileprivate var nothing: Float {
        switch self {
        case .largest: -.infinity
        case .smallest: .infinity
        case .zeros, .sum, .squares, .inputSum: 0
        }
    }
}

/// Several tables of rows × channels for each image become one: see `TileSummaries`. A unit is an image.
package struct SummaryJoin: Kernel {
    private let images: Int
    private let tables: Int
    private let channels: Int

    init(images: Int, tables: Int, channels: Int) {
        (self.images, self.tables, self.channels) = (images, tables, channels)
    }

    package var name: String { "summaries of tiles joined" }
    package var units: Int { images }
    package var readsBeyondInput: Bool { false }
    /// The floats that it reads of one image.
    package var inputCount: Int { tables * SummaryKernel.rows * channels }

    package func run(_ operands: Operands, units: Range<Int>) {
        let count = SummaryKernel.rows * channels
        for image in units {
            let input = operands.input + image * inputCount, output = operands.output + image * count
            output.update(from: input, count: count)
            for table in stride(from: count, to: inputCount, by: count) {
                for row in ChannelSummary.Row.allCases {
                    let start = row.rawValue * channels
                    add(input + table + start, to: output + start, row)
                }
            }
        }
    }

    private func add(_ input: UnsafePointer<Float>, to output: UnsafeMutablePointer<Float>, _ row: ChannelSummary.Row) {
        switch row {
        case .largest: for i in 0..<channels where input[i] > output[i] { output[i] = input[i] }
        case .smallest: for i in 0..<channels where input[i] < output[i] { output[i] = input[i] }
        case .zeros, .sum, .squares, .inputSum: for i in 0..<channels { output[i] += input[i] }
        }
    }
}
