import Graphs

/// What the user says a layer computes that Keras's config does not tell: `clipped_relu*=relu(max=20)`.
package struct Declaration: Sendable, Equatable {
    /// A name, qualified name or class, with `*` for any run of characters and `?` for any one.
    package let pattern: String
    /// Works element by element.
    package let activation: Activation

    /// Parses `pattern=activation` or `pattern=activation(parameter=value, …)`.
    ///
    /// Activations go by Keras's names; parameters are `max`, `slope` and `threshold` for `relu`, `alpha` for `elu` and
    /// `celu`, `slope` for `leaky_relu`, `slope` and `offset` for `hard_sigmoid`, `threshold` for the two shrinks.
    /// Throws `CheckpointError.invalidDeclaration`.
    package init(parsing text: String) throws {
        func error(_ reason: String) -> CheckpointError { .invalidDeclaration(text: text, reason: reason) }
        guard let sign = text.firstIndex(of: "="), sign > text.startIndex else { throw error("expected PATTERN=ACTIVATION") }
        pattern = String(text[..<sign])
        let call = text[text.index(after: sign)...].filter { $0 != " " }
        let name = String(call.prefix { $0 != "(" })
        var parameters: [String: Float] = [:]
        if name.count < call.count {
            guard call.hasSuffix(")") else { throw error("the parenthesis is not closed") }
            for part in call.dropFirst(name.count + 1).dropLast().split(separator: ",") {
                let sides = part.split(separator: "=", omittingEmptySubsequences: false)
                guard sides.count == 2, let value = Float(sides[1]), value.isFinite else { throw error("'\(part)' is not PARAMETER=NUMBER") }
                parameters[String(sides[0])] = value
            }
        }
        func take(_ key: String) -> Float? { parameters.removeValue(forKey: key) }
        switch name {
        case "relu": activation = .relu(maximum: take("max"), slope: take("slope") ?? 0, threshold: take("threshold") ?? 0)
        case "leaky_relu": activation = .relu(slope: take("slope") ?? 0.2)
        case "elu": activation = .elu(alpha: take("alpha") ?? 1)
        case "celu": activation = .celu(alpha: take("alpha") ?? 1)
        case "hard_sigmoid": activation = .hardSigmoid(slope: take("slope") ?? 1 / 6, offset: take("offset") ?? 0.5)
        case "hard_shrink": activation = .hardShrink(threshold: take("threshold") ?? 0.5)
        case "soft_shrink": activation = .softShrink(threshold: take("threshold") ?? 0.5)
        default:
            guard let known = Activation.named[name] else { throw error("no activation is called '\(name)'") }
            guard known.isElementwise else { throw error("'\(name)' looks along an axis; only elementwise activations can be declared") }
            activation = known
        }
        if let key = parameters.keys.min() { throw error("'\(name)' has no parameter '\(key)'") }
    }

    /// Whether the pattern matches any of a layer's names; a class registered as `package>Class` goes by `Class` too.
    func matches(name: String, qualifiedName: String, className: String) -> Bool {
        [name, qualifiedName, className, className.split(separator: ">").last.map(String.init) ?? className].contains(where: NamePattern(pattern).matches)
    }
}

extension LayerConfig {
    /// Throws where the layer was declared a function of single numbers and the file says that it changes the shape `input`.
    func checkDeclaration(on input: TensorShape?) throws {
        guard operation?.isDeclared == true, let input, let outputShape, !input.mayEqual(outputShape) else { return }
        throw CheckpointError.invalidDeclaration(
            text: "\(name)=…", reason: "the layer makes \(outputShape.text) out of \(input.text), which no function of single numbers does")
    }
}
