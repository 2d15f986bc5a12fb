import Graphs

/// A model as its config describes it: layers, and how they call each other. Nested models are still whole.
struct ModelConfig: Sendable {
    var name: String
    var isSequential: Bool
    /// Its class where that is not Keras's own, which may compute more than its layers do.
    var foreignClass: String?
    var layers: [LayerConfig]
    /// The tensors fed by the caller: outputs of input layers.
    var inputs: [TensorReference]
    var outputs: [TensorReference]
    /// Every call of every layer, each after those it depends on.
    var order: [CallReference] = []

    func error(_ reason: String) -> CheckpointError { .invalidConfig(subject: name, reason: reason) }
}

/// One entry of a model's list of layers.
struct LayerConfig: Sendable {
    var name: String
    var className: String
    /// Whose class it is.
    var identity = KerasIdentity.layer
    /// Where the entry is: its index in the list of each model around it, outermost first. Empty for an input layer
    /// that Keras leaves out of a Sequential's config.
    var position: Position
    var content: Content
    /// False for Keras 3's operations, such as the `+` of two tensors: those own no weights and no group in a file.
    var isLayer: Bool { identity != .operation }
    /// Whether training changes it; the order of a nested model's weights in a file depends on it.
    var isTrainable = true
    var regularization = Regularization()
    var calls: [Call] = []
    /// The number the config gives to the first call: 1 for most nested models, which made themselves by a call.
    var callOffset = 0
    /// The shape of its input where the config tells it; without the batch axis.
    var inputShape: TensorShape?
    /// The same of its one output, where all who read it agree.
    var outputShape: TensorShape?

    enum Content: Sendable {
        /// The shape without the batch axis; nil where the config does not tell.
        case input(TensorShape?)
        case operation(ParsedOperation)
        indirect case model(ModelConfig)
    }

    var model: ModelConfig? {
        if case let .model(model) = content { model } else { nil }
    }

    var operation: ParsedOperation? {
        if case let .operation(operation) = content { operation } else { nil }
    }

    var isInput: Bool {
        if case .input = content { true } else { false }
    }
}

/// The indices that lead to a layer's entry, one per model around it.
typealias Position = [Int]

/// What a layer computes, and the weights it owns, as far as its config alone tells.
struct ParsedOperation: Sendable {
    /// Axes may still be negative, counted from the end: the rank of the input is not known yet.
    var operation: Operation
    /// The parts of the axis that a layer with several outputs returns; `operation` is the first of them then.
    var pieces: Pieces?
    /// How many elements an image of its input must have for the operation to be this one.
    var inputCount: Int?
    /// What the user says of it: of all that it computes where `isDeclared`, else of the function that it applies.
    var declaration: Declaration?
    /// Whether all that is known of it is what the user says.
    var isDeclared = false
    /// Why it is opaque, or would be if it were not declared.
    var obstacle = Obstacle.undeclared
    /// In Keras's order. Empty for opaque layers, whose weights only the file knows.
    var roles: [WeightRole] = []

    /// As many equal parts, or parts that end at these positions but for the last.
    enum Pieces: Sendable { case equal(Int), ends([Int]) }

    /// `absent`: the weights that the layer goes without. `beside`: those behind the ones that its kind has.
    init(
        _ operation: Operation, pieces: Pieces? = nil, inputCount: Int? = nil, without absent: [WeightRole] = [],
        beside others: [WeightRole] = []
    ) {
        (self.operation, self.pieces, self.inputCount) = (operation, pieces, inputCount)
        roles = operation.kind.slots.map(\.role).filter { !absent.contains($0) } + others
    }

    var isOpaque: Bool { operation.isOpaque }
}

/// The call number `call` of layer number `layer` of one model.
struct CallReference: Hashable, Sendable {
    var layer: Int
    var call: Int
}

/// A tensor that a call returned.
struct TensorReference: Hashable, Sendable {
    var source: CallReference
    var output: Int

    init(layer: Int, call: Int = 0, output: Int = 0) {
        source = CallReference(layer: layer, call: call)
        self.output = output
    }
}

/// One call of a layer in a functional model.
struct Call: Sendable {
    var inputs: [TensorReference]
    /// The tensors of its `mask`, which most layers do not look at. Keras orders layers by them all the same.
    var masks: [TensorReference] = []
    /// The one number that it takes beside one tensor, and nothing else: `x + 3`.
    var number: Number?
    /// Whether it also takes numbers or other arguments that change what it computes.
    var hasOtherArguments = false
    /// Whether the tensors came as arguments of their own, not as one list: an operation's way.
    var isSpread = false

    /// All that it is called on.
    var tensors: [TensorReference] { inputs + masks }

    struct Number: Sendable {
        var value: Double
        /// `3 - x`, not `x - 3`.
        var comesFirst: Bool
    }
}
