import Graphs

// MARK: Functional models

extension ModelReader {
    /// Sets calls, inputs and outputs from `inbound_nodes`, `input_layers` and `output_layers`.
    func wire(_ model: inout ModelConfig, _ json: JSON) throws {
        let entries = Self.entries(of: json)
        let layers = model.layers
        var wiring = Wiring(
            model: model.name, layers: Dictionary(uniqueKeysWithValues: layers.indices.map { (layers[$0].name, $0) }))
        let calls = try entries.map { try wiring.calls($0["inbound_nodes"] ?? .array([])) }
        let inputs = try wiring.references(json["config"]?["input_layers"] ?? .array([]))
        let outputs = try wiring.references(json["config"]?["output_layers"] ?? .array([]))

        for index in model.layers.indices where Self.isModel(entries[index]) {
            let isFunctional = entries[index]["class_name"] != .string("Sequential") || version.major < 3
            model.layers[index].callOffset = wiring.offset(
                of: index, calls: calls[index].count, isFunctional: isFunctional)
        }
        /// The reference in terms of `calls`: checked, and without the call that made a nested model itself.
        func resolve(_ reference: TensorReference) throws -> TensorReference {
            let layer = reference.source.layer, call = reference.source.call - model.layers[layer].callOffset
            let count = model.layers[layer].isInput ? 1 : calls[layer].count
            guard (0..<count).contains(call) else {
                throw model.error(
                    "output of call \(reference.source.call) of layer '\(model.layers[layer].name)' is used, the layer is called \(count) times"
                )
            }
            return TensorReference(layer: layer, call: call, output: reference.output)
        }
        for index in model.layers.indices {
            model.layers[index].calls =
                model.layers[index].isInput
                ? [Call(inputs: [])]
                : try calls[index].map { call in
                    var call = call
                    call.inputs = try call.inputs.map(resolve)
                    call.masks = try call.masks.map(resolve)
                    return call
                }
            model.layers[index].obeyCalls()
            model.layers[index].outputShape = wiring.outputShape(of: index)
        }
        for layer in model.layers {
            guard let input = layer.calls.first?.inputs.first, input.output == 0 else { continue }
            try layer.checkDeclaration(on: model.layers[input.source.layer].outputShape)
        }
        model.inputs = try inputs.map(resolve)
        model.outputs = try outputs.map(resolve)
        for reference in model.inputs where !model.layers[reference.source.layer].isInput {
            throw model.error("its input '\(model.layers[reference.source.layer].name)' is not an input layer")
        }
        guard !model.outputs.isEmpty else { throw model.error("it has no outputs") }
    }
}

extension LayerConfig {
    /// A layer called in a way its operation does not cover becomes opaque: `x * 2.0` is no product of two tensors.
    fileprivate mutating func obeyCalls() {
        if calls.count == 1, identity == .operation, calls[0].inputs.count == 1, calls[0].masks.isEmpty,
            let scaled = calls[0].number.flatMap({ rescaling($0) })
        {
            content = .operation(ParsedOperation(.rescaling(scaled)))
            return
        }
        guard !isInput else { return }
        if !ignoresMasks {
            for index in calls.indices where !calls[index].masks.isEmpty {
                calls[index].inputs += calls[index].masks
                calls[index].masks = []
                calls[index].hasOtherArguments = true
            }
        }
        guard operation?.isOpaque != true, operation?.isDeclared != true else { return }
        // Its key is understood already.
        if case .slice? = operation?.operation { return }
        let isMerge = if case .merge? = operation?.operation { true } else { false }
        // A nested model too: one that is to normalize by the batch, `training=True`, is not the one inference knows.
        if calls.contains(where: { $0.hasOtherArguments || (isMerge && $0.isSpread && $0.inputs.count != 2) }) {
            var opaque = ParsedOperation(.opaque(Opaque(className: className)))
            opaque.obstacle =
                ElementwiseNames.contains(className: className, function: nil) ? .undeclared : .beyondDeclaration
            content = .operation(opaque)
        }
    }

    /// Whether it computes the same with a mask as without at inference: a batch normalization, which counts by it in
    /// training only. A nested model hands its mask on to its layers.
    private var ignoresMasks: Bool {
        switch content {
        case .input: true
        case let .model(model): model.layers.allSatisfy(\.ignoresMasks)
        case let .operation(parsed): parsed.isDeclared || parsed.operation.kind.ignoresMasks
        }
    }

    /// Keras 3's arithmetic of a tensor and one number: `x + 3`, `2 - x`, `x / 6`. Nil for what is not linear.
    private func rescaling(_ number: Call.Number) -> Rescaling? {
        let c = Float(number.value)
        switch (className, number.comesFirst) {
        case ("Add", _): return Rescaling(scale: [1], offset: [c])
        case ("Subtract", false): return Rescaling(scale: [1], offset: [-c])
        case ("Subtract", true): return Rescaling(scale: [-1], offset: [c])
        case ("Multiply", _): return Rescaling(scale: [c])
        case ("TrueDivide", false), ("Divide", false): return c == 0 ? nil : Rescaling(scale: [Float(1 / number.value)])
        default: return nil
        }
    }
}

/// Reads references to tensors, and remembers which calls of each layer were referred to.
private struct Wiring {
    let model: String
    let layers: [String: Int]
    var referred: [Int: Set<Int>] = [:]
    /// For each layer the shapes that its readers say it makes; nil for those that do not say, or read further outputs.
    private var shapes: [Int: Set<TensorShape?>] = [:]

    init(model: String, layers: [String: Int]) {
        (self.model, self.layers) = (model, layers)
    }

    private func error(_ reason: String) -> CheckpointError { .invalidConfig(subject: model, reason: reason) }

    /// Keras numbers the calls of a nested model from 1 where the model was made by a call on its own inputs, else
    /// from 0. Which one a file means shows in the numbers used; where they leave it open, in the class.
    func offset(of layer: Int, calls: Int, isFunctional: Bool) -> Int {
        let used = referred[layer] ?? []
        if used.contains(0) { return 0 }
        return used.contains(where: { $0 >= calls }) || isFunctional ? 1 : 0
    }

    func outputShape(of layer: Int) -> TensorShape? { shapes[layer].flatMap { $0.count == 1 ? $0.first ?? nil : nil } }

    /// `[["name", call, output], …]`, one such triple alone, or a dictionary of them (in the order of its keys).
    mutating func references(_ json: JSON) throws -> [TensorReference] {
        if let reference = try triple(json) { return [reference] }
        switch json {
        case let .array(elements): return try elements.flatMap { try references($0) }
        case let .object(members): return try members.keys.sorted().flatMap { try references(members[$0] ?? .null) }
        default:
            throw error("expected a reference to a tensor, found \(json.kind)")
        }
    }

    /// `["name", call, output, …]`; nil where `json` has another form.
    private mutating func triple(_ json: JSON) throws -> TensorReference? {
        guard let parts = json.array, parts.count >= 3, let name = parts[0].string, let call = parts[1].int,
            let output = parts[2].int
        else { return nil }
        guard let layer = layers[name] else {
            throw error("layer '\(name)' is referred to, but not in the model")
        }
        guard (0..<1_000_000).contains(call), (0..<1000).contains(output) else {
            throw error("output \(output) of call \(call) of layer '\(name)' cannot be")
        }
        referred[layer, default: []].insert(call)
        return TensorReference(layer: layer, call: call, output: output)
    }

    mutating func calls(_ json: JSON) throws -> [Call] {
        guard let nodes = json.array else {
            throw error("expected a list of calls in 'inbound_nodes', found \(json.kind)")
        }
        return try nodes.map { node in try node["args"] == nil ? legacyCall(node) : call(node) }
    }

    /// Keras 3: `{"args": [tensor or list of tensors …], "kwargs": {…}}`.
    private mutating func call(_ node: JSON) throws -> Call {
        var call = Call(inputs: [])
        let arguments = node["args"]?.array ?? []
        for argument in arguments { try collect(argument, into: &call) }
        // Only a number alone beside a tensor is understood; the flag stays for all who do not look at it.
        if arguments.count == 2, let index = arguments.firstIndex(where: { $0.double != nil }),
            let value = arguments[index].double
        {
            call.number = Call.Number(value: value, comesFirst: index == 0)
        }
        call.isSpread = arguments.count > 1
        // Keras 3 notes a call's `training`, but goes by that of the whole model's call.
        for (key, value) in node["kwargs"]?.object ?? [:] where key != "training" && !Self.isHarmless(key, value) {
            if key == "mask" {
                var mask = Call(inputs: [])
                try collect(value, into: &mask)
                call.masks += mask.inputs
                if mask.hasOtherArguments { call.hasOtherArguments = true }
                call.number = nil
            } else if try !collect(value, into: &call) || key != "inputs" {
                call.hasOtherArguments = true
                call.number = nil
            }
        }
        return call
    }

    /// Adds the tensors inside an argument; returns whether there were any. Anything else but None counts as another
    /// argument.
    @discardableResult
    private mutating func collect(_ argument: JSON, into call: inout Call) throws -> Bool {
        if argument["class_name"] == .string("__keras_tensor__") {
            let tensors = try references(argument["config"]?["keras_history"] ?? .null),
                axes = argument["config"]?["shape"]
            // Only a shape whose first axis is open has the batch there.
            let shape = axes?.array?.first?.isNull == true ? ModelReader.shape(axes) : nil
            for tensor in tensors { shapes[tensor.source.layer, default: []].insert(tensor.output == 0 ? shape : nil) }
            call.inputs += tensors
            return true
        }
        var found = false
        switch argument {
        case .null: break
        case let .array(elements): for element in elements where try collect(element, into: &call) { found = true }
        case let .object(members):
            for key in members.keys.sorted() where try collect(members[key] ?? .null, into: &call) { found = true }
        default: call.hasOtherArguments = true
        }
        return found
    }

    /// Keras 1 and 2: `[["name", call, output, {arguments}], …]`, one such entry alone, or a dictionary of them.
    private mutating func legacyCall(_ node: JSON) throws -> Call {
        var call = Call(inputs: [])
        let entries: [JSON] =
            switch node {
            case let .object(members): members.keys.sorted().compactMap { members[$0] }
            case let .array(parts) where parts.first?.string != nil: [node]
            default: node.array ?? []
            }
        for entry in entries {
            if entry.array?.first == .string("_CONSTANT_VALUE") {
                call.hasOtherArguments = true
            } else {
                call.inputs += try references(entry)
            }
            guard let parts = entry.array, parts.count > 3 else { continue }
            for (key, value) in parts[3].object ?? [:] where !Self.isHarmless(key, value) {
                let isTensor = value.array?.first?.string.flatMap { layers[$0] } != nil
                let tensors = isTensor ? try references(value) : []
                if key == "mask", !tensors.isEmpty {
                    call.masks += tensors
                } else {
                    call.hasOtherArguments = true
                    call.inputs += tensors
                }
            }
        }
        return call
    }

    /// Arguments that do not change what a layer computes at inference.
    private static func isHarmless(_ key: String, _ value: JSON) -> Bool {
        value.isEmpty || key == "training" && value == .bool(false)
    }
}

extension JSON {
    /// Null, or a list or dictionary of nothing else: the masks of a model's inputs that have none.
    fileprivate var isEmpty: Bool {
        switch self {
        case .null: true
        case let .array(elements): elements.allSatisfy(\.isEmpty)
        case let .object(members): members.values.allSatisfy(\.isEmpty)
        default: false
        }
    }
}
