import Graphs

/// What the user says a layer, or the function it applies, computes that Keras's config does not tell:
/// `clipped_relu*=relu(max=20)`, `rescale=scale(1/255)`.
package struct Declaration: Sendable, Equatable {
    /// As it was given, without spaces.
    package let text: String
    /// A name, qualified name, class or function's name, with `*` for any run of characters and `?` for any one.
    package let pattern: String
    /// Works element by element.
    let function: Function

    /// A function of single numbers.
    enum Function: Sendable, Equatable {
        case activation(Activation)
        /// scale · x + offset.
        case affine(scale: Float, offset: Float)
    }

    /// Parses `pattern=function` or `pattern=function(parameter=value, …)`; values may be fractions such as `1/255`.
    ///
    /// Functions go by Keras's names; parameters are `max`, `slope` and `threshold` for `relu`, `alpha` for `elu` and
    /// `celu`, `slope` for `leaky_relu`, `slope` and `offset` for `hard_sigmoid`, `threshold` for the two shrinks.
    /// Beside them there are `scale(factor)` and `affine(scale, offset)`, whose parameters may go without names.
    /// Throws `CheckpointError.invalidDeclaration`.
    package init(parsing text: String) throws {
        func error(_ reason: String) -> CheckpointError { .invalidDeclaration(text: text, reason: reason) }
        guard let sign = text.firstIndex(of: "="), sign > text.startIndex else {
            throw error("expected PATTERN=FUNCTION")
        }
        pattern = String(text[..<sign])
        let call = text[text.index(after: sign)...].filter { $0 != " " }
        self.text = "\(pattern)=\(call)"
        let name = String(call.prefix { $0 != "(" })
        let unnamed = ["scale": ["factor"], "affine": ["scale", "offset"]][name] ?? []
        var parameters: [String: Float] = [:]
        if name.count < call.count {
            guard call.hasSuffix(")") else { throw error("the parenthesis is not closed") }
            for (position, part) in call.dropFirst(name.count + 1).dropLast().split(separator: ",").enumerated() {
                let sides = part.split(separator: "=", omittingEmptySubsequences: false)
                let key =
                    sides.count == 2 ? String(sides[0]) : unnamed.indices.contains(position) ? unnamed[position] : nil
                guard sides.count <= 2, let key, let value = Self.number(sides[sides.count - 1]) else {
                    throw error("'\(part)' is not PARAMETER=NUMBER")
                }
                guard parameters.updateValue(value, forKey: key) == nil else { throw error("'\(key)' is given twice") }
            }
        }
        func take(_ key: String) -> Float? { parameters.removeValue(forKey: key) }
        switch name {
        case "relu":
            function = .activation(
                .relu(maximum: take("max"), slope: take("slope") ?? 0, threshold: take("threshold") ?? 0))
        case "leaky_relu": function = .activation(.relu(slope: take("slope") ?? 0.2))
        case "elu": function = .activation(.elu(alpha: take("alpha") ?? 1))
        case "celu": function = .activation(.celu(alpha: take("alpha") ?? 1))
        case "hard_sigmoid":
            function = .activation(.hardSigmoid(slope: take("slope") ?? 1 / 6, offset: take("offset") ?? 0.5))
        case "hard_shrink": function = .activation(.hardShrink(threshold: take("threshold") ?? 0.5))
        case "soft_shrink": function = .activation(.softShrink(threshold: take("threshold") ?? 0.5))
        case "scale":
            guard let factor = take("factor") else { throw error("'scale' needs a factor, as in scale(1/255)") }
            function = .affine(scale: factor, offset: 0)
        case "affine":
            guard let scale = take("scale"), let offset = take("offset") else {
                throw error("'affine' needs a scale and an offset, as in affine(1, 0.5)")
            }
            function = .affine(scale: scale, offset: offset)
        default:
            guard let known = Activation.named[name] else { throw error("no function is called '\(name)'") }
            guard known.isElementwise else {
                throw error("'\(name)' looks along an axis; only elementwise functions can be declared")
            }
            function = .activation(known)
        }
        if let key = parameters.keys.min() { throw error("'\(name)' has no parameter '\(key)'") }
    }

    /// A finite number, also as a fraction: `1/255`.
    private static func number(_ text: Substring) -> Float? {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false).map { Double($0) ?? .nan }
        guard (1...2).contains(parts.count) else { return nil }
        let value = Float(parts.count == 1 ? parts[0] : parts[0] / parts[1])
        return value.isFinite ? value : nil
    }

    /// Whether the pattern matches any of a layer's names; what is registered as `package>Class` goes by `Class` too.
    func matches(name: String, qualifiedName: String, className: String) -> Bool {
        [name, qualifiedName].contains(where: NamePattern(pattern).matches) || matches(registered: className)
    }

    /// Whether the pattern matches the name of a class or function.
    func matches(registered name: String) -> Bool {
        [name, name.unregistered].contains(where: NamePattern(pattern).matches)
    }
}

/// A declaration, and the layers about which nothing is known but what it says.
package struct Assumption: Sendable, Equatable {
    package let declaration: Declaration
    /// By qualified name, in the order of the model. The layer's function, where the rest of the layer is known.
    package var layers: [String]
}

extension String {
    /// A registered name without its package: `Clip` for `mine>Clip`.
    var unregistered: String { split(separator: ">").last.map(String.init) ?? self }
}

extension LayerConfig {
    /// Throws where the layer was declared a function of single numbers and the file says that it changes the shape
    /// `input`.
    func checkDeclaration(on input: TensorShape?) throws {
        guard operation?.isDeclared == true, let input, let outputShape, !input.mayEqual(outputShape) else { return }
        throw CheckpointError.invalidDeclaration(
            text: "\(name)=…",
            reason: "the layer makes \(outputShape.text) out of \(input.text), which no function of single numbers does"
        )
    }
}
