import Tensors

/// What every kind of layer tells the rest of the house about itself.
///
/// A kind is a value: the options of one layer, axes counted from 0 without the batch axis. Whoever slices weights,
/// counts them or checks their shapes goes by `slots`; whoever follows channels goes by `wiring` and `effect`. A new
/// kind of layer is one file that conforms to this, and a case of `Operation`.
package protocol LayerKind: Sendable, Equatable {
    /// What reports call it: `Conv2D`. By default the name of the type.
    var name: String { get }
    /// The case of `Operation` that holds it.
    var operation: Operation { get }
    /// The arrays of its weights in the graph's own order, those that are trained first. Formats map their own.
    var slots: [WeightSlot] { get }
    /// How many tensors one call takes.
    var arity: Arity { get }
    /// Where the channels of its input and output are; nil for kinds that have no such option.
    var layout: DataFormat? { get }
    /// What becomes of the numbers of a channel.
    var effect: ChannelEffect { get }

    /// The shape of the output; `inputs` has as many shapes as `arity` asks for. Nil where it cannot be known, as
    /// behind an opaque layer. By default that of the first input, which must have the axes along which weights lie.
    /// Throws `GraphError` where options and inputs contradict each other.
    func outputShape(of inputs: [TensorShape?], _ rule: ShapeRule) throws -> TensorShape?
    /// The channels that the weights read; nil where nothing reads channels, or they are not known.
    func inputChannels(of input: TensorShape?) -> Int?
    /// The channels that the weights make of so many; nil where there are none, or they are not known.
    func outputChannels(of inputs: Int?) -> Int?
    /// The lengths of the axes over whose positions each weight of a kernel is multiplied once; nil for kinds without
    /// multiply-accumulates.
    func positions(input: TensorShape, output: TensorShape) -> [Int?]?

    /// The channel axis of the output, and what one call does with the channels of its inputs.
    func wiring(of call: WiredCall) -> WiredCall.Result
    /// The axis along which channels of an input of `shape` are read, when those of the output, of `target`, are read
    /// along `wanted`; nil where that is not known.
    func readAxis(of shape: TensorShape, to target: TensorShape, wanted: Int?) -> Int?
    /// Where the elements of the output come from, for kinds that only move them and whose shapes are known.
    func move(from shape: [Int], to target: [Int]) -> ElementMove?
    /// Whether its options fix how many channels it takes and makes, so that all of its calls must agree.
    var fixesWidths: Bool { get }
    /// The same kind with the channels that a cut leaves.
    func narrowed(to remaining: RemainingChannels) -> Operation

    /// x · scale + shift, of kinds that do this with the weights of `layer`; nil for others.
    func affine(_ layer: Layer) -> ChannelAffine?
    /// Whether it computes the same at inference where some positions of its input are masked.
    var ignoresMasks: Bool { get }
    /// The same with axes and positions that count from the end (negative) counted from the start, for an input of
    /// `shape`; nil where that is not known well enough. An axis outside the rank stays, for `outputShape` to refuse.
    func resolvingAxes(of shape: TensorShape?) -> Operation?
}

/// A kind whose weights make filters, a convolution or a dense layer, and the activation that it applies to them.
package protocol FilterKind: LayerKind {
    var activation: Activation { get set }
    /// What slides over the input; nil for dense layers.
    var slidingWindow: Window? { get }
    /// Whether some position of an input of this shape reads zeros, or fewer taps than others: there no constant
    /// stands for a constant.
    func isPositionDependent(on input: TensorShape?) -> Bool
}

extension FilterKind {
    package var effect: ChannelEffect { .weights }
    package var slidingWindow: Window? { nil }
    package func isPositionDependent(on input: TensorShape?) -> Bool { slidingWindow?.isPadded(input) ?? false }

    /// The same with another activation.
    package func applying(_ activation: Activation) -> Operation { with { $0.activation = activation } }
}

/// A convolution: filters that slide over one or two spatial axes.
package protocol WindowedFilterKind: FilterKind { var window: Window { get } }

extension WindowedFilterKind {
    package var slidingWindow: Window? { window }
    package var layout: DataFormat? { window.dataFormat }
    package func inputChannels(of input: TensorShape?) -> Int? { window.channels(of: input) }
    package func positions(input: TensorShape, output: TensorShape) -> [Int?]? { window.dataFormat.spatial(output) }
    package func wiring(of call: WiredCall) -> WiredCall.Result {
        call.reading(along: window.channelAxis, groups: kernel?.groups ?? 1)
    }
}

/// A convolution that makes as many channels as it has filters.
package protocol ConvolutionKind: WindowedFilterKind { var filters: Int { get set } }

extension ConvolutionKind {
    package func outputChannels(of inputs: Int?) -> Int? { filters }
    package func narrowed(to remaining: RemainingChannels) -> Operation {
        with { $0.filters = remaining.outputs.count }
    }
}

/// A kind that makes each element from the one at the same place, wherever the channels are.
package protocol ElementwiseKind: LayerKind {}

extension ElementwiseKind {
    package func readAxis(of shape: TensorShape, to target: TensorShape, wanted: Int?) -> Int? { wanted }
    package func wiring(of call: WiredCall) -> WiredCall.Result { call.identity() }
}

/// A kind that changes the spatial axes of each channel by itself.
package protocol SpatialKind: LayerKind { var dataFormat: DataFormat { get } }

extension SpatialKind {
    package var layout: DataFormat? { dataFormat }
    package func wiring(of call: WiredCall) -> WiredCall.Result { call.identity(along: dataFormat) }
}

/// How many tensors one call of a layer takes.
package enum Arity: Sendable {
    case none, one, two, oneOrMore, any

    /// Whether its tensors are one list of several.
    package var isSeveral: Bool { self == .two || self == .oneOrMore }

    func admits(_ count: Int) -> Bool {
        switch self {
        case .none: count == 0
        case .one: count == 1
        case .two: count == 2
        case .oneOrMore: count >= 1
        case .any: true
        }
    }

    var text: String {
        switch self {
        case .none: "no input"
        case .one: "one input"
        case .two: "exactly two inputs"
        case .oneOrMore: "at least one input"
        case .any: "any number of inputs"
        }
    }
}

/// How the numbers of an output channel follow from those of the input channels: all that proofs of constants and
/// bounds of deviations need to know of a kind.
package enum ChannelEffect: Sendable {
    /// Comes from the caller.
    case source
    /// Not known, or made of all channels of one image together.
    case unknown
    /// Handed on as they are.
    case copy
    /// Put at other places: flattened, reshaped, permuted, repeated, sliced.
    case move
    /// Changed over the plane: padded, cropped, repeated, pooled.
    case plane(PlaneChange)
    /// A function of one number, or of a vector along an axis.
    case function(Activation)
    /// max(x, 0) + α · min(x, 0), α by channel and position.
    case slopes
    /// Normalized by a channel's moving statistics.
    case normalization(BatchNormalization)
    /// x · scale + shift with what `affine` says.
    case affine
    /// Combined by weights, each output channel from several input channels.
    case weights
    /// Combined by weights, each output channel from one input channel.
    case taps(Window)
    /// Combined with their like in other tensors.
    case merge(Merge.Kind)
    /// Laid beside those of other tensors.
    case concatenation
}

/// What a layer does with a channel's plane.
package enum PlaneChange: Sendable {
    /// Zeros around it.
    case padding(ZeroPadding)
    case cropping(Cropping)
    case upsampling(UpSampling)
    case pooling(Pooling)
    case globalPooling(GlobalPooling)
}

// What most kinds have in common.
extension LayerKind {
    package var name: String { "\(Self.self)" }
    package var slots: [WeightSlot] { [] }
    package var arity: Arity { .one }
    package var layout: DataFormat? { nil }
    package func outputShape(of inputs: [TensorShape?], _ rule: ShapeRule) throws -> TensorShape? {
        let axes = slots.flatMap(\.axes).compactMap { if case let .feature(axis) = $0 { axis } else { nil } }
        return try rule.having(axes, inputs[0])
    }
    package func inputChannels(of input: TensorShape?) -> Int? { nil }
    package func outputChannels(of inputs: Int?) -> Int? { nil }
    package func positions(input: TensorShape, output: TensorShape) -> [Int?]? { nil }
    package func readAxis(of shape: TensorShape, to target: TensorShape, wanted: Int?) -> Int? {
        layout.map { $0 == .channelsLast ? shape.count - 1 : 0 }
    }
    package func move(from shape: [Int], to target: [Int]) -> ElementMove? { nil }
    package var fixesWidths: Bool { false }
    package func narrowed(to remaining: RemainingChannels) -> Operation { operation }
    package func affine(_ layer: Layer) -> ChannelAffine? { nil }
    package var ignoresMasks: Bool { true }
    package func resolvingAxes(of shape: TensorShape?) -> Operation? { operation }
}

extension LayerKind {
    /// The same kind with what `change` changes.
    func with(_ change: (inout Self) -> Void) -> Operation {
        var copy = self
        change(&copy)
        return copy.operation
    }

    /// An axis counted from the start; nil where that needs a rank that is not known.
    func resolved(_ axis: Int, of shape: TensorShape?) -> Int? { axis >= 0 ? axis : shape.map { $0.count + axis } }

    /// The same for several, ascending.
    func resolved(_ axes: [Int], of shape: TensorShape?) -> [Int]? {
        let resolved = axes.compactMap { self.resolved($0, of: shape) }
        return resolved.count == axes.count ? resolved.sorted() : nil
    }
}
