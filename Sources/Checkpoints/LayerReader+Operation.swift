import Graphs

extension LayerReader {
    /// What the layer computes: from the table of Keras's classes, else as declared, else opaque.
    func operation(_ declarations: [Declaration]) throws -> ParsedOperation {
        guard let parser else { return unknown(declarations) }
        do {
            return try parser(self) ?? unknown(declarations)
        } catch let function as UnknownFunction {
            return try applying(function, parser, declarations)
        } catch is ForeignValue {
            return unknown(declarations)
        }
    }

    /// How to read an entry of Keras's own; nil for every other, and for classes that are not understood.
    var parser: LayerParser? {
        if isQuantized { return nil }
        return switch identity {
        case .layer: layerParsers[className]
        case .operation: operationParsers[className] ?? layerParsers[className]
        case .model, .other: nil
        }
    }

    private var isQuantized: Bool {
        config["dtype"]?["class_name"]?.string?.contains("Quantized") == true || value("quantization_config") != nil
    }

    /// A layer of which nothing is known but what is declared.
    private func unknown(_ declarations: [Declaration]) -> ParsedOperation {
        let declaration = declarations.first { matches($0) || function.map($0.matches(registered:)) == true }
        var result = ParsedOperation(declaration?.operation ?? .opaque(Opaque(className: className)))
        result.declaration = declaration
        result.isDeclared = declaration != nil
        result.obstacle = obstacle
        return result
    }

    /// A known layer with a function of the user's: a declaration says what that function is.
    private func applying(_ function: UnknownFunction, _ parser: LayerParser, _ declarations: [Declaration]) throws
        -> ParsedOperation
    {
        var linear = entry
        linear["config"]?["activation"] = .string("linear")
        let declaration = declarations.first { matches($0) || function.name.map($0.matches(registered:)) == true }
        guard let parsed = try parser(LayerReader(entry: linear, name: name, path: path, version: version)) else {
            return unknown(declarations)
        }
        guard let declaration else {
            var result = ParsedOperation(.opaque(Opaque(className: className)))
            result.obstacle = .function(name: function.printedName)
            return result
        }
        if let result = parsed.applying(declaration) { return result }
        let reason = "applies it inside a \(className), where only a function stands that Keras has by name"
        throw CheckpointError.refusedDeclaration(text: declaration.text, layer: qualifiedName, reason: reason)
    }

    private func matches(_ declaration: Declaration) -> Bool {
        declaration.matches(name: name, qualifiedName: qualifiedName, className: className)
    }

    /// The name of the one function that a layer without weights wraps, such as a Lambda.
    private var function: String? {
        guard identity == .layer, ["Lambda", "TFOpLambda"].contains(className) else { return nil }
        return config["function"]?.string ?? config["function"]?["config"]?.string
    }

    private var obstacle: Obstacle {
        if identity == .other {
            return Self.wrappers[className.unregistered].flatMap { value("layer") == nil ? nil : $0 } ?? .undeclared
        }
        return ElementwiseNames.contains(className: className, function: function) ? .undeclared : .beyondDeclaration
    }

    /// What TensorFlow's model optimization toolkit puts around layers while it trains them.
    private static let wrappers: [String: Obstacle] = [
        "PruneLowMagnitude": .wrapper(remedy: "tfmot.sparsity.keras.strip_pruning(model)"),
        "ClusterWeights": .wrapper(remedy: "tfmot.clustering.keras.strip_clustering(model)"),
        "QuantizeWrapper": .wrapper(remedy: nil), "QuantizeWrapperV2": .wrapper(remedy: nil),
        "QuantizeAnnotate": .wrapper(remedy: nil),
    ]
}

extension Declaration {
    /// The declared function as a layer.
    fileprivate var operation: Operation {
        switch function {
        case let .activation(activation): .activation(activation)
        case let .affine(scale, offset): .rescaling(Rescaling(scale: [scale], offset: [offset]))
        }
    }
}

extension ParsedOperation {
    /// The same with the declared function in place of the activation; nil where the layer cannot hold that function.
    fileprivate func applying(_ declaration: Declaration) -> ParsedOperation? {
        var result = self
        result.declaration = declaration
        switch (operation.kind, declaration.function) {
        case let (filters as any FilterKind, .activation(activation)): result.operation = filters.applying(activation)
        case (is Activation, _): result.operation = declaration.operation
        case (_, .activation), (_, .affine): return nil
        }
        return result
    }
}

/// Thrown by parsers: the layer is known, the function it applies is not.
struct UnknownFunction: Error {
    /// As the file has it, with the package it is registered in; nil where it has none, such as a lambda.
    var name: String?

    /// The name to print and to declare; nil where it is none that a person wrote.
    var printedName: String? {
        guard let bare = name?.unregistered, !bare.isEmpty, bare.allSatisfy({ $0.isLetter || $0.isNumber || $0 == "_" })
        else { return nil }
        return bare
    }
}

/// Thrown by parsers: a value is an object of the user's, under whatever names.
struct ForeignValue: Error {}
