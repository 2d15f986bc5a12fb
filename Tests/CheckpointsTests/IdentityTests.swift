import Graphs
import Testing
@testable import Checkpoints

/// Whose code a name means: whatever is not Keras's own must not be taken for it.
@Suite struct IdentityTests {
    private func version(_ text: String?) -> KerasVersion { KerasVersion(text: text, backend: nil, model: [:]) }

    private func identity(_ text: String, _ keras: String? = "3.2.0") throws -> KerasIdentity {
        KerasIdentity(of: try JSON(parsing: text, name: "entry"), version: version(keras))
    }

    private func function(_ text: String, _ keras: String) throws -> String? {
        KerasIdentity.function(try JSON(parsing: text, name: "activation"), version: version(keras))
    }

    @Test(
        "Modules count by whole components",
        arguments: [
            ("keras", true), ("keras.layers", true), ("keras.src.layers.core.dense", true), ("tf_keras.layers", true),
            ("tensorflow.keras.layers", true),
            ("tensorflow.python.keras.layers", true), ("keras_blocks", false), ("keras_cv.layers", false),
            ("tf_keras_extras", false), ("tensorflow", false),
            ("tensorflow_addons.layers", false), ("tensorflow.python.ops", false), ("my.keras.layers", false),
            ("tensorflow.kerasish", false), ("builtins", false), ("", false),
        ])
    func modules(module: String, isKeras: Bool) throws {
        #expect(
            try identity(#"{"module": "\#(module)", "class_name": "Dense", "config": {}, "registered_name": null}"#)
                == (isKeras ? .layer : .other))
    }

    @Test(
        "What is registered is the user's, in every form",
        arguments: [
            #"{"module": "keras.layers", "class_name": "Dense", "registered_name": "mine>Dense"}"#,
            #"{"module": "keras.layers", "class_name": "Dense", "registered_name": "Thick"}"#,
            #"{"module": null, "class_name": "Dense", "registered_name": "Dense"}"#, #"{"class_name": "mine>Dense"}"#,
            #"{"class_name": ">Dense"}"#,
            #"{"module": null, "class_name": "Functional", "registered_name": "mine>Functional"}"#, #"{"config": {}}"#,
        ])
    func registered(entry: String) throws { #expect(try identity(entry) == .other) }

    @Test("Operations and models of Keras 3 are stored under their own names")
    func own() throws {
        #expect(
            try identity(#"{"module": "keras.src.ops.numpy", "class_name": "Add", "registered_name": "Add"}"#)
                == .operation)
        #expect(
            try identity(
                #"{"module": "keras.src.models.functional", "class_name": "Functional", "registered_name": "Functional"}"#
            ) == .model)
        #expect(try identity(#"{"module": "mine.ops.x", "class_name": "Add", "registered_name": "Add"}"#) == .other)
        #expect(
            try identity(#"{"module": "mine", "class_name": "Sequential", "registered_name": "mine>Sequential"}"#)
                == .other)
    }

    @Test("Without modules an operation called like a layer shows by a config that has nothing of a layer's")
    func bare() throws {
        // Keras 3 cannot load such a file with an operation of a name that no layer of its own has: it is a class of
        // the user's.
        #expect(try identity(#"{"class_name": "Relu", "config": {"name": "relu"}}"#) == .other)
        #expect(
            try identity(#"{"class_name": "Relu", "config": {"name": "relu", "trainable": true, "dtype": "float32"}}"#)
                == .other)
        #expect(try identity(#"{"class_name": "Add", "config": {"name": "add"}}"#) == .operation)
        #expect(try identity(#"{"class_name": "Add", "config": {"name": "add", "trainable": true}}"#) == .layer)
        #expect(try identity(#"{"class_name": "Relu", "config": {"name": "relu"}}"#, "2.4.0") == .other)
    }

    @Test(
        "Without modules a name is Keras's if this version had it",
        arguments: [
            ("Convolution2D", "1.2.2", true), ("Conv2D", "1.2.2", false), ("Conv2D", "2.0.5", true),
            ("DepthwiseConv2D", "2.0.6", true), ("ReLU", "2.1.6-tf", true), ("ReLU", "2.0.9", false),
            ("LayerNormalization", "2.2.4", false), ("LayerNormalization", "2.2.4-tf", true),
            ("LayerNormalization", "2.3.1", false), ("LayerNormalization", "2.4.0", true),
            ("GroupNormalization", "2.2.4", false), ("Merge", "1.2.2", true), ("Merge", "2.9.0", false),
            ("Split", "2.9.0", false), ("Rescaling", "2.3.0-tf", true), ("Rescaling", "2.2.4", false),
            ("Identity", "2.2.4", false), ("RandomBrightness", "2.4.0", false), ("Mystery", "2.9.0", false),
        ])
    func versions(className: String, keras: String, isKeras: Bool) throws {
        #expect(
            try identity(#"{"class_name": "\#(className)", "config": {"trainable": true}}"#, keras)
                == (isKeras ? .layer : .other))
    }

    @Test("A file that does not tell its version gets the benefit of the doubt")
    func silent() throws {
        #expect(try identity(#"{"class_name": "LayerNormalization", "config": {"trainable": true}}"#, nil) == .layer)
    }

    @Test(
        "A function's name is Keras's if this version had it",
        arguments: [
            ("relu", "1.0.0", true), ("selu", "1.2.2", false), ("relu6", "2.1.0", true), ("exponential", "2.2.4", true),
            ("swish", "2.2.4", false), ("swish", "2.3.1", false),
            ("swish", "2.3.0-tf", true), ("swish", "2.11.0", true), ("swish", "3.1.0", true), ("gelu", "2.3.1", false),
            ("gelu", "2.4.0", true), ("mish", "2.4.0", false), ("mish", "2.13.1", true),
            ("silu", "2.2.4", false), ("leaky_relu", "2.4.0", false), ("celu", "2.9.0", false), ("celu", "3.8.0", true),
            ("hard_silu", "2.2.0", false), ("mine>relu", "3.1.0", false), ("what", "3.1.0", false),
        ])
    func functions(name: String, keras: String, isKeras: Bool) throws {
        #expect(try function(#""\#(name)""#, keras) == (isKeras ? name : nil))
    }

    @Test(
        "A function that Keras stores as an object is one that it did not find among its own",
        arguments: [
            ("swish", "3.15.1", "function", false), ("hard_swish", "3.15.1", "function", false),
            ("mine>relu", "3.15.1", "function", false), ("relu6", "3.2.0", "function", true),
            ("celu", "3.0.0", "function", false), ("relu", "3.2.0", "mine>relu", false),
            ("relu6", "2.13.1", "function", false), ("leaky_relu", "2.13.1", "function", false),
        ])
    func functionObjects(name: String, keras: String, registered: String, isKeras: Bool) throws {
        let entry =
            #"{"module": "builtins", "class_name": "function", "config": "\#(name)", "registered_name": "\#(registered)"}"#
        #expect(try function(entry, keras) == (isKeras ? name : nil))
    }

    @Test("Every class and function that is understood has its release")
    func complete() {
        #expect(layerParsers.keys.filter { KerasNames.classes[$0] == nil && operationParsers[$0] == nil } == [])
        #expect(Activation.named.keys.filter { KerasNames.functions[$0] == nil } == [])
    }

    private func layer(_ className: String, _ config: String, keras: String, more: String = "") throws
        -> ParsedOperation?
    {
        let text =
            #"{"class_name": "Sequential", "config": [{"module": "keras.layers", "class_name": "\#(className)", "config": {"name": "x", "trainable": true, \#(config)}\#(more)}]}"#
        return try ModelReader(version: version(keras), declarations: []).read(JSON(parsing: text, name: "config"))
            .layers.last?.operation
    }

    @Test("A layer given as an activation is judged like one that stands alone")
    func layerAsActivation() throws {
        func parsed(_ identity: String) throws -> ParsedOperation? {
            try layer(
                "Dense",
                #""units": 2, "activation": {\#(identity), "class_name": "LeakyReLU", "config": {"negative_slope": 0.1}}"#,
                keras: "3.2.0")
        }
        #expect(try parsed(#""module": "keras.layers", "registered_name": null"#)?.isOpaque == false)
        for foreign in [
            #""module": "mine", "registered_name": "mine>LeakyReLU""#,
            #""module": null, "registered_name": "LeakyReLU""#,
        ] {
            #expect(try parsed(foreign)?.isOpaque == true)
            #expect(try parsed(foreign)?.obstacle == .function(name: "LeakyReLU"))
        }
    }

    @Test("A number inside an object of the user's is not the number that the layer takes")
    func foreignValues() throws {
        func scale(_ object: String) throws -> ParsedOperation? {
            try layer("Rescaling", #""scale": \#(object)"#, keras: "3.2.0")
        }
        #expect(
            try scale(#"{"class_name": "__numpy__", "config": {"value": 2, "dtype": "float32"}}"#)?.isOpaque == false)
        #expect(
            try scale(
                #"{"module": "mine", "class_name": "Squared", "config": {"value": 2}, "registered_name": "mine>Squared"}"#
            )?.isOpaque == true)
    }

    @Test("A model of the user's class is opaque inside another, and noted on top")
    func models() throws {
        func model(_ identity: String) throws -> ModelConfig {
            let inner =
                #"{\#(identity), "config": {"name": "inner", "layers": [{"class_name": "InputLayer", "config": {"name": "i", "batch_shape": [null, 4]}, "name": "i", "inbound_nodes": []}], "input_layers": ["i", 0, 0], "output_layers": ["i", 0, 0]}, "name": "inner", "inbound_nodes": [{"args": [{"class_name": "__keras_tensor__", "config": {"shape": [null, 4], "keras_history": ["i", 0, 0]}}], "kwargs": {"mask": [null, null]}}]}"#
            let text =
                #"{\#(identity), "config": {"name": "m", "layers": [{"class_name": "InputLayer", "config": {"name": "i", "batch_shape": [null, 4]}, "name": "i", "inbound_nodes": []}, \#(inner)], "input_layers": ["i", 0, 0], "output_layers": ["inner", 1, 0]}}"#
            return try ModelReader(version: version("3.2.0"), declarations: []).read(
                JSON(parsing: text, name: "config"))
        }
        let own = try model(
            #""module": "keras.src.models.functional", "class_name": "Functional", "registered_name": "Functional""#)
        #expect(own.foreignClass == nil && own.layers[1].model != nil)
        let foreign = try model(#""module": "mine", "class_name": "Residual", "registered_name": "mine>Residual""#)
        #expect(foreign.foreignClass == "Residual" && foreign.layers[1].operation?.isOpaque == true)
    }
}
