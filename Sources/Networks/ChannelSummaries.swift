import Graphs
import Kernels
import MicrokernelInterface
import Tensors

/// A tensor of which a run tells what each channel does, instead of returning it.
package struct SummarizedTensor: Sendable {
    package var tensor: TensorID
    /// The channel axis, the batch axis not counted.
    package var axis: Int
    /// Whether extremes are those before the ReLU that makes the tensor, where a layer's kernel would apply it.
    package var isBeforeRectifier = false
    /// The largest magnitude of each channel that counts as zero; nil: 0 alone.
    package var tolerances: [Float]?

    package init(_ tensor: TensorID, axis: Int) { (self.tensor, self.axis) = (tensor, axis) }
}

/// What each channel of a tensor does in each image of a batch.
package struct ChannelSummaries: Sendable {
    /// N × rows × channels.
    private var rows: Tensor
    package var images: Int { rows.shape[0] }
    package var channels: Int { rows.shape[2] }
    /// The positions of one channel in one image.
    package let positions: Int
    /// Whether extremes are those before a ReLU.
    package let isBeforeRectifier: Bool

    /// What a channel does in one image. A NaN makes `sum` one, and is passed over by the extremes.
    package struct Entry: Sendable, Equatable {
        package var largest: Float
        package var smallest: Float
        package var zeros: Int
        package var sum: Float
        package var squares: Float
        /// The sum before the ReLU, where extremes are; else `sum`.
        package var inputSum: Float
        package var magnitude: Float { max(abs(largest), abs(smallest)) }
    }

    /// What the channels of a tensor at hand do, N × shape. `axis` does not count the batch axis.
    package init(of tensor: Tensor, axis: Int) throws {
        var graph = Graph()
        let input = Layer(name: "", operation: .input(Input(shape: tensor.shape.dropFirst().map { $0 })))
        let made = try graph.add(input)
        let network = try Network(
            graph, summarizing: [SummarizedTensor(made, axis: axis)], options: NetworkOptions(threads: 1))
        self = try network.summaries([tensor])[0]
    }

    init(_ rows: Tensor, positions: Int, isBeforeRectifier: Bool) {
        (self.rows, self.positions, self.isBeforeRectifier) = (rows, positions, isBeforeRectifier)
    }

    /// Calls `body` with each channel of each image, image after image.
    @inline(__always)
    package func forEach(_ body: (_ image: Int, _ channel: Int, Entry) -> Void) {
        let images = images, channels = channels
        rows.withSpan { values in
            for image in 0..<images {
                for channel in 0..<channels { body(image, channel, entry(values, image, channel, channels)) }
            }
        }
    }

    /// Calls `body` with each image's numbers, one for each channel: what `Entry` has, row by row.
    @inline(__always)
    package func forEachImage(
        _ body: (
            _ image: Int, _ largest: Span<Float>, _ smallest: Span<Float>, _ zeros: Span<Float>, _ sums: Span<Float>,
            _ squares: Span<Float>, _ inputSums: Span<Float>
        ) -> Void
    ) {
        let images = images, channels = channels
        rows.withSpan { values in
            for image in 0..<images {
                func row(_ row: ChannelSummary.Row) -> Range<Int> {
                    let start = (image * SummaryKernel.rows + row.rawValue) * channels
                    return start..<(start + channels)
                }
                body(
                    image, values.extracting(row(.largest)), values.extracting(row(.smallest)),
                    values.extracting(row(.zeros)), values.extracting(row(.sum)), values.extracting(row(.squares)),
                    values.extracting(row(.inputSum)))
            }
        }
    }

    /// Calls `body` with some channels of each image.
    @inline(__always)
    package func forEach(of chosen: [Int], _ body: (_ image: Int, _ channel: Int, Entry) -> Void) {
        let images = images, channels = channels
        rows.withSpan { values in
            for image in 0..<images {
                for channel in chosen { body(image, channel, entry(values, image, channel, channels)) }
            }
        }
    }

    package subscript(image image: Int, channel channel: Int) -> Entry {
        get { rows.withSpan { entry($0, image, channel, channels) } }
        set {
            let channels = channels, start = image * SummaryKernel.rows * channels + channel
            rows.withMutableSpan { values in
                for row in ChannelSummary.Row.allCases {
                    values[start + row.rawValue * channels] =
                        switch row {
                        case .largest: newValue.largest
                        case .smallest: newValue.smallest
                        case .zeros: Float(newValue.zeros)
                        case .sum: newValue.sum
                        case .squares: newValue.squares
                        case .inputSum: newValue.inputSum
                        }
                }
            }
        }
    }

    @inline(__always)
    private func entry(_ values: Span<Float>, _ image: Int, _ channel: Int, _ channels: Int) -> Entry {
        let start = image * SummaryKernel.rows * channels + channel
        func value(_ row: ChannelSummary.Row) -> Float { values[start + row.rawValue * channels] }
        return Entry(
            largest: value(.largest), smallest: value(.smallest), zeros: Int(value(.zeros)), sum: value(.sum),
            squares: value(.squares), inputSum: value(.inputSum))
    }
}
