import Graphs
import Testing
@testable import Checkpoints

/// Configs of every dialect, cut down to what each test is about.
@Suite struct ConfigReadingTests {
    private func read(_ text: String, keras: String? = nil, declarations: [String] = []) throws -> ModelConfig {
        let json = try JSON(parsing: text, name: "config")
        return try ModelReader(
            version: KerasVersion(text: keras, backend: nil, model: json),
            declarations: declarations.map { try Declaration(parsing: $0) }
        ).read(json)
    }

    private func operation(
        _ className: String, _ config: String, keras: String = "2.4.0", module: String = "keras.layers",
        declarations: [String] = []
    ) throws -> ParsedOperation {
        let model = try read(
            #"{"class_name": "Sequential", "config": [{"module": "\#(module)", "class_name": "\#(className)", "config": {"name": "x", \#(config)}}]}"#,
            keras: keras, declarations: declarations)
        return try #require(model.layers.last?.operation)
    }

    @Test("Keras 1 convolutions: rows and columns apart, border mode, dim ordering")
    func keras1Convolution() throws {
        let parsed = try operation(
            "Convolution2D",
            #""nb_filter": 8, "nb_row": 3, "nb_col": 5, "subsample": [2, 1], "border_mode": "same", "dim_ordering": "th", "activation": "relu", "bias": false"#,
            keras: "1.2.2")
        let window = Window(size: [3, 5], strides: [2, 1], padding: .same, dataFormat: .channelsFirst)
        #expect(parsed.operation == .convolution(Convolution(filters: 8, window: window, activation: .rectifier)))
        #expect(parsed.roles == [.kernel])
    }

    @Test("Keras 1: dense, atrous convolutions, merges")
    func keras1Others() throws {
        #expect(try operation("Dense", #""output_dim": 4"#, keras: "1.1.0").operation == .dense(Dense(units: 4)))
        let atrous = try operation(
            "AtrousConvolution2D", #""nb_filter": 2, "nb_row": 3, "nb_col": 3, "atrous_rate": [2, 2]"#, keras: "1.0.8")
        #expect(
            atrous.operation == .convolution(Convolution(filters: 2, window: Window(size: [3, 3], dilation: [2, 2]))))
        #expect(try operation("Merge", #""mode": "mul""#, keras: "1.2.2").operation == .merge(Merge(.multiply)))
        #expect(
            try operation("Merge", #""mode": "concat", "concat_axis": 3"#, keras: "1.2.2").operation
                == .concatenate(Concatenate(axis: 2)))
        #expect(try operation("Merge", #""mode": "dot""#, keras: "1.2.2").isOpaque)
        #expect(try operation("Merge", #""mode": "sum", "mode_type": "function""#, keras: "1.2.2").isOpaque)
        #expect(try operation("BatchNormalization", #""mode": 1"#, keras: "1.2.2").isOpaque)
    }

    @Test("The same name means another function in another Keras")
    func versions() throws {
        #expect(
            try operation("Activation", #""activation": "hard_sigmoid""#, keras: "2.13.1").operation
                == .activation(.hardSigmoid(slope: 0.2, offset: 0.5)))
        #expect(
            try operation("Activation", #""activation": "hard_sigmoid""#, keras: "3.0.0").operation
                == .activation(.hardSigmoid()))
        #expect(try operation("LeakyReLU", #""alpha": 0.1"#).operation == .activation(.relu(slope: 0.1)))
        #expect(
            try operation("LeakyReLU", #""negative_slope": 0.1"#, keras: "3.1.0").operation
                == .activation(.relu(slope: 0.1)))
        #expect(try operation("LeakyReLU", #""trainable": true"#).operation == .activation(.relu(slope: 0.3)))
        #expect(
            try operation("Activation", #""activation": "leaky_relu""#, keras: "3.1.0").operation
                == .activation(.relu(slope: 0.2)))
        #expect(
            try operation("Activation", #""activation": "leaky_relu""#).isOpaque, "Keras 2 had no function of this name"
        )
    }

    @Test(
        "Layers that change pictures in training only, arrays of numpy, one mean for all axes; a mean along an axis is no merge"
    )
    func keras3Others() throws {
        #expect(try operation("RandomFlip", #""mode": "horizontal""#, keras: "3.2.0").operation == .identity)
        #expect(try operation("RandomCrop", #""height": 3, "width": 3"#, keras: "3.2.0").isOpaque)
        #expect(
            try operation(
                "Rescaling", #""scale": {"class_name": "__numpy__", "config": {"value": [1, 2], "dtype": "float64"}}"#,
                keras: "3.2.0"
            ).operation
                == .rescaling(Rescaling(scale: [1, 2])))
        #expect(
            try operation("Normalization", #""axis": []"#, keras: "3.2.0").operation
                == .normalization(Normalization(axes: [], invert: false)))
        #expect(try operation("Average", #""trainable": true"#, keras: "3.2.0").operation == .merge(Merge(.average)))
        #expect(
            try operation("Average", #""axis": 1"#, keras: "3.2.0").isOpaque
                && operation("Average", #""axis": null"#, keras: "3.2.0").isOpaque)
        #expect(try operation("Reshape", #""newshape": [-1, 4, 2]"#, keras: "3.2.0").inputCount == 8)
    }

    private func regularization(_ config: String, keras: String = "3.5.0") throws -> Regularization {
        try #require(
            read(
                #"{"class_name": "Sequential", "config": [{"class_name": "Dense", "config": {"name": "x", "units": 2, \#(config)}}]}"#,
                keras: keras
            ).layers.last
        ).regularization
    }

    @Test(
        "Regularizers that are L1, L2 or both are read in every dialect",
        arguments: [
            (
                #""kernel_regularizer": {"module": "keras.regularizers", "class_name": "L2", "config": {"l2": 0.25}, "registered_name": null}"#,
                [WeightRole.kernel: Regularization.Regularizer(l2: 0.25)]
            ),
            (
                #""kernel_regularizer": {"class_name": "L1L2", "config": {"l1": 0.5, "l2": 0.25}}"#,
                [.kernel: .init(l1: 0.5, l2: 0.25)]
            ),
            (
                #""W_regularizer": {"name": "L1L2Regularizer", "l1": 0.0, "l2": 0.25}, "b_regularizer": {"name": "WeightRegularizer", "l1": 0.5, "l2": 0.0}"#,
                [.kernel: .init(l2: 0.25), .bias: .init(l1: 0.5)]
            ),
            (
                #""bias_regularizer": {"class_name": "L1", "config": {}}, "kernel_regularizer": "l2""#,
                [.bias: .init(l1: 0.01), .kernel: .init(l2: 0.01)]
            ),
            (
                #""gamma_regularizer": {"class_name": "L1", "config": {"l1": 1}}, "beta_regularizer": {"class_name": "L2", "config": {"l2": 2}}"#,
                [.gamma: .init(l1: 1), .beta: .init(l2: 2)]
            ),
            (
                #""depthwise_regularizer": {"class_name": "L1", "config": {"l1": {"class_name": "__numpy__", "config": {"value": 1}}}}, "pointwise_regularizer": {"class_name": "L2", "config": {"l2": 2}}"#,
                [.depthwiseKernel: .init(l1: 1), .pointwiseKernel: .init(l2: 2)]
            ),
            (#""kernel_regularizer": {"class_name": "L2", "config": {"l2": 0.0}}, "bias_regularizer": null"#, [:]),
        ])
    func regularizers(config: String, expected: [WeightRole: Regularization.Regularizer]) throws {
        let found = try regularization(config)
        #expect(found.regularizers == expected && found.others.isEmpty)
    }

    @Test(
        "What is no regularizer of Keras's on a weight is kept by its name",
        arguments: [
            (#""activity_regularizer": {"class_name": "L2", "config": {"l2": 0.1}}"#, "activity_regularizer (L2)"),
            (
                #""kernel_regularizer": {"class_name": "OrthogonalRegularizer", "config": {"factor": 0.1}}"#,
                "kernel_regularizer (OrthogonalRegularizer)"
            ),
            (
                #""kernel_regularizer": {"module": null, "class_name": "L2", "config": {"l2": 0.1}, "registered_name": "mine>L2"}"#,
                "kernel_regularizer (L2)"
            ),
            (
                #""kernel_regularizer": {"module": "keras_tools", "class_name": "L2", "config": {"l2": 0.1}}"#,
                "kernel_regularizer (L2)"
            ),
            (
                #""kernel_regularizer": {"class_name": "mine>L2", "config": {"l2": 0.1}}"#,
                "kernel_regularizer (mine>L2)"
            ),
            (#""kernel_regularizer": {"class_name": "L2", "config": {"l2": "much"}}"#, "kernel_regularizer (L2)"),
            (
                #""kernel_regularizer": {"module": "builtins", "class_name": "function", "config": "sparse", "registered_name": "function"}"#,
                "kernel_regularizer (sparse)"
            ),
            (#""W_constraint": {"name": "MaxNorm", "m": 2}"#, "W_constraint (MaxNorm)"),
            (#""bias_constraint": "non_neg""#, "bias_constraint (non_neg)"),
        ])
    func otherRegularizers(config: String, expected: String) throws {
        let found = try regularization(config)
        #expect(found.regularizers.isEmpty && found.others == [expected])
    }

    @Test("The version shows in the dialect where the file does not tell it")
    func silentVersions() throws {
        func major(_ text: String) throws -> Int {
            KerasVersion(text: nil, backend: nil, model: try JSON(parsing: text, name: "config")).major
        }
        #expect(
            try major(
                #"{"class_name": "Sequential", "config": [{"class_name": "Convolution2D", "config": {"nb_filter": 1}}]}"#
            ) == 1)
        #expect(
            try major(#"{"class_name": "Sequential", "config": [{"class_name": "Conv2D", "config": {"filters": 1}}]}"#)
                == 2)
        #expect(try major(#"{"module": "keras", "class_name": "Sequential", "config": {"layers": []}}"#) == 3)
    }

    @Test("An activation may be a name, a function object or a layer")
    func activationForms() throws {
        func activation(_ json: String) throws -> Operation {
            try operation("Activation", #""activation": \#(json)"#, keras: "3.2.0").operation
        }
        #expect(
            try activation(
                #"{"module": "builtins", "class_name": "function", "config": "relu6", "registered_name": "function"}"#)
                == .activation(.relu6))
        #expect(
            try activation(
                #"{"class_name": "ReLU", "config": {"max_value": 4, "negative_slope": [0.5], "threshold": 0.0}}"#)
                == .activation(.relu(maximum: 4, slope: 0.5)))
        #expect(try activation("null") == .activation(.linear))
        #expect(try activation(#""mine""#) == .opaque(Opaque(className: "Activation")))
    }

    @Test("A layer with a function of the user's is opaque, until the function is declared")
    func declared() throws {
        let config = #""units": 3, "activation": "clipped""#
        #expect(try operation("Dense", config).isOpaque)
        let declared = try operation("Dense", config, declarations: ["x=relu(max=20)"])
        #expect(declared.operation == .dense(Dense(units: 3, activation: .relu(maximum: 20))))
        #expect(declared.roles == [.kernel, .bias])
        #expect(
            try operation("Lambda", #""function": ["code"]"#, declarations: ["Lambda=relu6"]).operation
                == .activation(.relu6))
    }

    @Test("A declaration goes by the function's own name too, and never takes the layer around it away")
    func declaredFunctions() throws {
        let config = #""units": 3, "activation": "mine>clipped""#
        for pattern in ["clipped", "mine>clipped", "clip*"] {
            #expect(
                try operation("Dense", config, declarations: ["\(pattern)=relu(max=20)"]).operation
                    == .dense(Dense(units: 3, activation: .relu(maximum: 20))))
        }
        #expect(try operation("Dense", config).obstacle == .function(name: "clipped"))
        #expect(try operation("Dense", config, declarations: ["clipped=relu"]).declaration?.pattern == "clipped")
        #expect(
            try operation("Dense", #""units": 3, "activation": {"class_name": "__lambda__", "config": {}}"#).obstacle
                == .function(name: nil))
        // Options that are not understood: the function alone says nothing of the layer.
        #expect(
            try operation(
                "Conv2D", #""filters": 2, "kernel_size": 3, "padding": "full", "activation": "clipped""#,
                declarations: ["clipped=relu"]
            ).isOpaque)
        #expect(throws: CheckpointError.self) { try operation("Dense", config, declarations: ["clipped=scale(2)"]) }
        #expect(
            try operation("Activation", #""activation": "clipped""#, declarations: ["clipped=scale(2)"]).operation
                == .rescaling(Rescaling(scale: [2], offset: [0])))
        #expect(
            try operation(
                "Lambda", #""function": "preprocess", "function_type": "function""#,
                declarations: ["preprocess=affine(2, -1)"]
            ).operation == .rescaling(Rescaling(scale: [2], offset: [-1])))
    }

    @Test(
        "What can be declared: functions of the user's, and Keras's own that take number by number",
        arguments: [
            ("Lambda", "keras.layers", true), ("Mine", "mine", true), ("Clip", "keras.src.ops.numpy", true),
            ("Power", "keras.src.ops.numpy", true), ("Normalize", "keras.src.ops.nn", false),
            ("Flip", "keras.src.ops.numpy", false), ("UnitNormalization", "keras.layers", false),
            ("LSTM", "keras.layers", false), ("MultiHeadAttention", "keras.layers", false),
            ("Masking", "keras.layers", false),
        ])
    func declarable(className: String, module: String, isDeclarable: Bool) throws {
        #expect(
            try operation(className, #""trainable": true"#, keras: "3.2.0", module: module).obstacle
                == (isDeclarable ? .undeclared : .beyondDeclaration))
    }

    @Test(
        "TensorFlow's functions between layers can be declared where they take number by number",
        arguments: [
            ("math.truediv", true), ("nn.leaky_relu", true), ("math.reduce_mean", false), ("concat", false),
            ("nn.softmax", false),
        ])
    func tensorFlowFunctions(function: String, isDeclarable: Bool) throws {
        #expect(
            try operation("TFOpLambda", #""function": "\#(function)""#).obstacle
                == (isDeclarable ? .undeclared : .beyondDeclaration))
    }

    @Test("A user's class is not Keras's of the same name")
    func registered() throws {
        let text =
            #"{"class_name": "Sequential", "config": {"layers": [{"module": "mine", "class_name": "Dense", "config": {"units": 3}, "registered_name": "mine>Dense"}]}}"#
        #expect(try read(text).layers.last?.operation?.isOpaque == true)
    }

    @Test(
        "What works along the batch, or along all axes, is opaque",
        arguments: [
            ("Softmax", #""axis": null"#), ("Softmax", #""axis": [0, 1]"#), ("Concatenate", #""axis": 0"#),
            ("BatchNormalization", #""axis": 0"#), ("LayerNormalization", #""axis": [0]"#),
            ("Mean", #""axis": null, "batch_input_shape": [null, 4, 4, 2]"#),
            ("Max", #""axis": [0, 1, 2], "batch_input_shape": [null, 4, 4, 2]"#),
            ("Mean", #""axis": [1], "batch_input_shape": [null, 4, 4, 2]"#), ("Mean", #""axis": [1, 2]"#),
        ])
    func alongTheBatch(className: String, config: String) throws {
        #expect(try operation(className, config, keras: "3.2.0", module: "keras.src.ops.numpy").isOpaque)
    }

    @Test("A mean or maximum over all but the channels is a pooling")
    func reductions() throws {
        func pooling(_ name: String, _ config: String, _ shape: String) throws -> Graphs.Operation {
            try operation(
                name, #"\#(config), "batch_input_shape": \#(shape)"#, keras: "3.2.0", module: "keras.src.ops.numpy"
            ).operation
        }
        #expect(
            try pooling("Mean", #""axis": [1, 2], "keepdims": true"#, "[null, 4, 4, 2]")
                == .globalPooling(GlobalPooling(.average, keepDimensions: true)))
        #expect(try pooling("Max", #""axis": [-2, -3]"#, "[null, 4, 4, 2]") == .globalPooling(GlobalPooling(.max)))
        #expect(
            try pooling("Max", #""axis": [2, 3]"#, "[null, 2, 4, 4]")
                == .globalPooling(GlobalPooling(.max, dataFormat: .channelsFirst)))
        #expect(try pooling("Mean", #""axis": 1"#, "[null, 9, 2]") == .globalPooling(GlobalPooling(.average, rank: 1)))
        // A layer of a user's may have any name.
        for name in ["Mean", "Sigmoid"] {
            #expect(try operation(name, #""axis": 1, "batch_input_shape": [null, 9, 2]"#).isOpaque)
        }
    }

    @Test("Axes count from the first after the batch, or still from the end")
    func axes() throws {
        #expect(
            try operation("BatchNormalization", #""axis": [3], "scale": false"#).operation
                == .batchNormalization(BatchNormalization(axis: 2)))
        let statistics = #""mean": [1, 2], "variance": [4, 16]"#,
            rescaling = Graphs.Operation.rescaling(Rescaling(scale: [0.5, 0.25], offset: [-0.5, -0.5]))
        #expect(try operation("Normalization", #""axis": -1, \#(statistics)"#).operation == rescaling)
        #expect(
            try operation("Normalization", #""axis": [3], "batch_input_shape": [null, 4, 4, 2], \#(statistics)"#)
                .operation == rescaling)
        #expect(
            try operation("Normalization", #""axis": [1], "batch_input_shape": [null, 2, 4, 4], \#(statistics)"#)
                .isOpaque)
        #expect(
            try operation("BatchNormalization", #""axis": -1, "scale": false"#).roles == [
                .beta, .movingMean, .movingVariance,
            ])
        #expect(
            BatchNormalization(axis: -1).resolvingAxes(of: [4, 4, 3])
                == .batchNormalization(BatchNormalization(axis: 2)))
        #expect(Concatenate(axis: -1).resolvingAxes(of: nil) == nil)
        #expect(try operation("Softmax", #""axis": [1, -1]"#).operation == .activation(.softmax(axes: [0, -1])))
    }

    @Test("What only training needs is read too: the rate of a dropout, the momentum of moving statistics")
    func trainingNumbers() throws {
        #expect(try operation("Dropout", #""rate": 0.25"#).operation == .dropout(rate: 0.25))
        #expect(try operation("Dropout", #""p": 0.5"#, keras: "1.2.2").operation == .dropout(rate: 0.5))
        #expect(try operation("Dropout", #""rate": 0.25, "noise_shape": [null, 1]"#).operation == .identity)
        #expect(try operation("SpatialDropout2D", #""rate": 0.25"#).operation == .identity)
        #expect(
            try operation("BatchNormalization", #""axis": 3, "momentum": 0.9"#).operation
                == .batchNormalization(BatchNormalization(axis: 2, momentum: 0.9)))
    }

    @Test("Padding in all its forms")
    func padding() throws {
        func amounts(_ json: String) throws -> Operation {
            try operation("ZeroPadding2D", #""padding": \#(json)"#).operation
        }
        #expect(try amounts("1") == .padding(ZeroPadding(amounts: [Amounts(1, 1), Amounts(1, 1)])))
        #expect(try amounts("[1, 2]") == .padding(ZeroPadding(amounts: [Amounts(1, 1), Amounts(2, 2)])))
        #expect(try amounts("[[1, 2], [3, 4]]") == .padding(ZeroPadding(amounts: [Amounts(1, 2), Amounts(3, 4)])))
        #expect(
            try operation("ZeroPadding1D", #""padding": [1, 2]"#).operation
                == .padding(ZeroPadding(amounts: [Amounts(1, 2)])))
        #expect(
            try operation("ZeroPadding1D", #""padding": 2"#).operation
                == .padding(ZeroPadding(amounts: [Amounts(2, 2)])))
    }

    @Test(
        "Numbers that no layer has are refused",
        arguments: [
            ("Dense", #""units": -1"#), ("Dense", #""units": "three""#), ("Dense", #""kernel": 1"#),
            ("Dense", #""units": 4611686018427387904"#),
            ("Conv2D", #""filters": 2, "kernel_size": [3]"#), ("Conv2D", #""filters": 2, "kernel_size": [3, 0]"#),
            ("Conv2D", #""filters": 3, "kernel_size": 3, "groups": 2"#),
            ("Permute", #""dims": [1, 1]"#), ("Reshape", #""target_shape": [-1, -1]"#),
            ("BatchNormalization", #""axis": 9"#), ("ReLU", #""max_value": NaN"#), ("Dropout", #""rate": 1.5"#),
        ])
    func refused(className: String, config: String) {
        #expect(throws: CheckpointError.self) { try operation(className, config) }
    }

    @Test(
        "A config of the wrong class is refused",
        arguments: [
            "[]", "3", #"{"class_name": "Adam", "config": {}}"#, #"{"class_name": "Sequential", "config": {}}"#,
            #"{"class_name": "Sequential", "config": []}"#,
        ])
    func wrongClass(text: String) {
        #expect(throws: CheckpointError.self) { try read(text) }
    }

    @Test("Keras 3 operations: a sum of two tensors is a merge, arithmetic with a number a rescaling")
    func operations() throws {
        func node(_ arguments: String) -> String { #"[{"args": [\#(arguments)], "kwargs": {}}]"# }
        let tensor =
            #"{"class_name": "__keras_tensor__", "config": {"shape": [null, 4], "dtype": "float32", "keras_history": ["i", 0, 0]}}"#
        func layer(_ name: String, _ node: String) -> String {
            #"{"module": "keras.src.ops.numpy", "class_name": "\#(name)", "config": {"name": "x"}, "name": "x", "inbound_nodes": \#(node)}"#
        }
        func parsed(_ layer: String) throws -> LayerConfig {
            try read(
                #"{"module": "keras", "class_name": "Functional", "config": {"layers": [{"class_name": "InputLayer", "config": {"batch_shape": [null, 4], "name": "i"}, "name": "i", "inbound_nodes": []}, \#(layer)], "input_layers": ["i", 0, 0], "output_layers": [["x", 0, 0]]}}"#
            ).layers[1]
        }
        #expect(try parsed(layer("Add", node("\(tensor), \(tensor)"))).operation?.operation == .merge(Merge(.add)))
        #expect(try parsed(layer("Add", node("\(tensor), \(tensor)"))).isLayer == false)
        #expect(
            try parsed(layer("Multiply", node("\(tensor), 2.0"))).operation?.operation
                == .rescaling(Rescaling(scale: [2])))
        #expect(
            try parsed(layer("Subtract", node("3, \(tensor)"))).operation?.operation
                == .rescaling(Rescaling(scale: [-1], offset: [3])))
        #expect(
            try parsed(layer("TrueDivide", node("\(tensor), 4"))).operation?.operation
                == .rescaling(Rescaling(scale: [0.25])))
        // A legacy file names no module, so that the class may be the layer's or the operation's.
        let legacy = layer("Add", node("\(tensor), 3.0")).replacing(#/"module": "[^"]*",?/#, with: "")
        #expect(!legacy.contains("module"))
        #expect(try parsed(legacy).operation?.operation == .rescaling(Rescaling(scale: [1], offset: [3])))
        #expect(try parsed(layer("TrueDivide", node("4, \(tensor)"))).operation?.isOpaque == true)
        #expect(try parsed(layer("Power", node("\(tensor), 2"))).operation?.isOpaque == true)
    }
}
