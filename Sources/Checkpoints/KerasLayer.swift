import Graphs

/// A layer as Keras 3 writes it: its class, and what its config says beside name and type.
struct KerasLayer {
    var className: String
    var config: JSON = [:]

    /// Throws `inexpressible` for what is opaque, and for functions that Keras 3 has under no name.
    init(_ layer: Layer) throws {
        try self.init(layer) { activation in
            guard let argument = activation.kerasArgument else { throw Self.unknown(activation, of: layer) }
            return argument
        }
    }

    /// What the config says of everything but the function that a layer with filters applies; nil for layers that it
    /// cannot describe.
    static func options(of layer: Layer) -> JSON? { (try? KerasLayer(layer) { _ in .null })?.config }

    /// `applied`: what stands for the function that a layer with filters applies.
    private init(_ layer: Layer, applied: (Activation) throws -> JSON) throws {
        className = layer.operation.kind.name
        switch layer.operation {
        case let .input(i):
            config = ["batch_shape": .batch(of: i.shape), "sparse": false]
        case let .convolution(c):
            config = ["filters": .number(c.filters), "groups": .number(c.groups)]
        case let .depthwise(d):
            config = ["depth_multiplier": .number(d.multiplier)]
        case let .separable(s):
            config = ["filters": .number(s.filters), "depth_multiplier": .number(s.multiplier)]
        case let .transposed(t):
            config = [
                "filters": .number(t.filters), "output_padding": t.outputPadding.map { .numbers($0) } ?? .null,
            ]
        case let .dense(d):
            config = ["units": .number(d.units)]
        case let .batchNormalization(b):
            config = [
                "axis": .axes([b.axis]), "momentum": .number(b.momentum), "epsilon": .number(b.epsilon),
                "center": .bool(layer[.beta] != nil), "scale": .bool(layer[.gamma] != nil),
            ]
        case let .layerNormalization(l):
            config = [
                "axis": .axes(l.axes), "epsilon": .number(l.epsilon), "center": .bool(layer[.beta] != nil),
                "scale": .bool(layer[.gamma] != nil),
            ]
            if l.rootMeanSquare { config["rms_scaling"] = true }
        case let .normalization(n):
            config = [
                "axis": n.axes.isEmpty ? .null : .axes(n.axes), "invert": .bool(n.invert), "mean": .null,
                "variance": .null,
            ]
        case let .activation(a):
            guard let own = a.kerasLayer else { throw Self.unknown(a, of: layer) }
            (className, config) = own
        case let .parametricReLU(p):
            config = ["shared_axes": p.sharedAxes.isEmpty ? .null : .numbers(p.sharedAxes.map { $0 + 1 })]
        case let .pooling(p):
            config = [
                "pool_size": .numbers(p.window.size), "strides": .numbers(p.window.strides),
                "padding": .string(p.window.padding.keras), "data_format": p.window.dataFormat.json,
            ]
        case let .globalPooling(p):
            config = ["data_format": p.dataFormat.json, "keepdims": .bool(p.keepDimensions)]
        case let .flatten(format):
            config = ["data_format": format.json]
        case let .reshape(r):
            config = ["target_shape": .numbers(r.target)]
        case let .permute(p):
            config = ["dims": .numbers(p.order.map { $0 + 1 })]
        case let .repeatVector(r):
            config = ["n": .number(r.count)]
        case let .padding(p):
            config = ["padding": p.amounts.json, "data_format": p.dataFormat.json]
        case let .cropping(c):
            config = ["cropping": c.amounts.json]
            if c.amounts.count > 1 { config["data_format"] = c.dataFormat.json }
        case let .upsampling(u):
            // One axis is channels last and by repetition, whatever is asked for.
            config =
                u.factors.count == 1
                ? ["size": .number(u.factors[0])]
                : [
                    "size": .numbers(u.factors), "data_format": u.dataFormat.json,
                    "interpolation": .string(u.interpolation.keras),
                ]
        case let .concatenate(c):
            config = ["axis": .axes([c.axis])]
        case let .dropout(rate):
            config = ["rate": .number(rate), "seed": .null, "noise_shape": .null]
        case let .rescaling(r):
            config = ["scale": .scalarOrList(r.scale), "offset": .scalarOrList(r.offset)]
        case .slice, .merge, .identity: break
        case let .opaque(o):
            throw CheckpointError.inexpressible(
                layer: layer.qualifiedName,
                reason:
                    "a \(o.className), of which only its own file knows what it is, cannot be written into a new one")
        }
        guard let filters = layer.operation.filters else { return }
        config["activation"] = try applied(filters.activation)
        config["use_bias"] = .bool(layer[.bias] != nil)
        guard let window = filters.slidingWindow else { return }
        config["kernel_size"] = .numbers(window.size)
        config["strides"] = .numbers(window.strides)
        config["dilation_rate"] = .numbers(window.dilation)
        config["padding"] = .string(window.padding.keras)
        config["data_format"] = window.dataFormat.json
    }

    private static func unknown(_ activation: Activation, of layer: Layer) -> CheckpointError {
        .inexpressible(layer: layer.qualifiedName, reason: "Keras 3 has no function \(activation)")
    }
}

extension JSON {
    fileprivate static func scalarOrList(_ numbers: [Float]) -> JSON {
        numbers.count == 1 ? .number(numbers[0]) : .array(numbers.map { .number($0) })
    }
}

extension DataFormat {
    fileprivate var json: JSON { .string(keras) }
}

extension [Amounts] {
    /// One pair for one axis, a list of pairs for several.
    fileprivate var json: JSON {
        let pairs = map { JSON.numbers([$0.before, $0.after]) }
        return pairs.count == 1 ? pairs[0] : .array(pairs)
    }
}
