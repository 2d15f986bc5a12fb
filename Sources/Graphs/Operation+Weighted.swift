/// The model's input: `shape` without the batch axis.
package struct Input: Sendable, Equatable {
    package var shape: TensorShape
    package init(shape: TensorShape) { self.shape = shape }
}

/// Conv1D and Conv2D. Kernel: window × (input channels / groups) × filters. Bias: filters.
package struct Convolution: Sendable, Equatable {
    package var filters: Int
    package var window: Window
    package var groups: Int
    package var activation: Activation

    package init(filters: Int, window: Window, groups: Int = 1, activation: Activation = .linear) {
        self.filters = filters
        self.window = window
        self.groups = groups
        self.activation = activation
    }
}

/// DepthwiseConv1D and 2D. Depthwise kernel: window × input channels × multiplier. Bias: channels · multiplier.
///
/// Output channel c · multiplier + m reads input channel c.
package struct DepthwiseConvolution: Sendable, Equatable {
    package var multiplier: Int
    package var window: Window
    package var activation: Activation

    package init(multiplier: Int = 1, window: Window, activation: Activation = .linear) {
        self.multiplier = multiplier
        self.window = window
        self.activation = activation
    }
}

/// SeparableConv1D and 2D: a depthwise convolution, then a 1×1 one, nothing in between.
///
/// Depthwise kernel: window × input channels × multiplier. Pointwise kernel: 1… × (channels · multiplier) × filters.
/// Bias: filters.
package struct SeparableConvolution: Sendable, Equatable {
    package var filters: Int
    package var multiplier: Int
    package var window: Window
    package var activation: Activation

    package init(filters: Int, multiplier: Int = 1, window: Window, activation: Activation = .linear) {
        self.filters = filters
        self.multiplier = multiplier
        self.window = window
        self.activation = activation
    }
}

/// Conv1DTranspose and Conv2DTranspose. Kernel: window × filters × input channels. Bias: filters.
package struct TransposedConvolution: Sendable, Equatable {
    package var filters: Int
    package var window: Window
    /// Extra length at the end of each spatial axis; nil: Keras infers the output length from padding and strides.
    package var outputPadding: [Int]?
    package var activation: Activation

    package init(filters: Int, window: Window, outputPadding: [Int]? = nil, activation: Activation = .linear) {
        self.filters = filters
        self.window = window
        self.outputPadding = outputPadding
        self.activation = activation
    }
}

/// Dense over the last axis, whatever the rank. Kernel: inputs × units. Bias: units.
package struct Dense: Sendable, Equatable {
    package var units: Int
    package var activation: Activation

    package init(units: Int, activation: Activation = .linear) {
        self.units = units
        self.activation = activation
    }
}

/// γ · (x − μ) / √(σ² + ε) + β along one axis. All four weights: the length of that axis; γ or β may be absent.
package struct BatchNormalization: Sendable, Equatable {
    /// The channel axis, the batch axis not counted: 0-based, never negative.
    package var axis: Int
    package var epsilon: Float
    /// What the moving statistics keep of themselves in a step of training: moving · momentum + batch · (1 − momentum).
    package var momentum: Float

    package init(axis: Int, epsilon: Float = 1e-3, momentum: Float = 0.99) {
        self.axis = axis
        self.epsilon = epsilon
        self.momentum = momentum
    }
}

/// Normalization of each image over `axes` by its own mean and variance. γ and β: the lengths of those axes; either may
/// be absent.
package struct LayerNormalization: Sendable, Equatable {
    /// The batch axis not counted: 0-based, ascending.
    package var axes: [Int]
    package var epsilon: Float
    /// Keras 3's `rms_scaling`: divides by √(variance + ε) like the other, but takes no mean off and adds no β.
    package var rootMeanSquare: Bool

    package init(axes: [Int], epsilon: Float = 1e-3, rootMeanSquare: Bool = false) {
        self.axes = axes
        self.epsilon = epsilon
        self.rootMeanSquare = rootMeanSquare
    }
}

/// max(x, 0) + α · min(x, 0). Alpha: the input's shape, 1 along `sharedAxes`.
package struct ParametricReLU: Sendable, Equatable {
    /// The batch axis not counted: 0-based.
    package var sharedAxes: [Int]
    package init(sharedAxes: [Int] = []) { self.sharedAxes = sharedAxes }
}

/// (x − mean) / √variance along `axes`, as adapted to a dataset; 1 / √variance capped where variance is below 1e-14.
///
/// Weights mean and variance: the lengths of `axes`, empty shape when `axes` is empty. `invert` computes x · √variance
/// + mean.
package struct Normalization: Sendable, Equatable {
    /// The batch axis not counted: 0-based, ascending.
    package var axes: [Int]
    package var invert: Bool

    package init(axes: [Int], invert: Bool = false) {
        self.axes = axes
        self.invert = invert
    }
}

/// A layer whose computation is not known: Lambda, custom classes, operations outside the closed set.
///
/// Kept in the checkpoint as it is, pins every channel that flows through it, and cannot be evaluated.
package struct Opaque: Sendable, Equatable {
    package var className: String
    /// The shape of what it makes, where its checkpoint tells and all of its calls agree.
    package var shape: TensorShape?

    package init(className: String, shape: TensorShape? = nil) {
        self.className = className
        self.shape = shape
    }
}
