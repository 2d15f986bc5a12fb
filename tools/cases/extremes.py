"""NaN and infinities inside a model: they spread as they do in Keras, and no kernel makes a number of them."""
from support import *

L = keras.layers

ACTIVATIONS = ["relu", "relu6", "elu", "selu", "sigmoid", "tanh", "softplus", "softsign", "gelu", "swish", "hard_sigmoid", "exponential",
               "mish", "leaky_relu", "softmax", "linear"]
HEADS = {
    **{a: (lambda a: lambda x: L.Activation(a)(x))(a) for a in ACTIVATIONS},
    "fused": lambda x: L.Conv2D(3, 1, activation="relu")(x),
    "winograd": lambda x: L.Conv2D(3, 3, activation="relu", padding="same")(x),
    "depthwise": lambda x: L.DepthwiseConv2D(3, activation="relu")(x),
    "average": lambda x: L.AveragePooling2D(2)(x),
    "global average": lambda x: L.GlobalAveragePooling2D()(x),
    "global maximum": lambda x: L.GlobalMaxPooling2D()(x),
    "slopes": lambda x: L.PReLU()(x),
    "clipped": lambda x: L.ReLU(max_value=3, negative_slope=0.1, threshold=0.5)(x),
    "normalized": lambda x: L.ReLU()(L.BatchNormalization()(x)),
    "maximum": lambda x: L.Maximum()([x, L.ReLU()(x)]),
    "minimum": lambda x: L.Minimum()([x, L.ReLU()(x)]),
    "sum": lambda x: L.ReLU()(L.Add()([x, x])),
    "product": lambda x: L.Multiply()([x, x]),
    "upsampled": lambda x: L.UpSampling2D(2, interpolation="bilinear")(x),
    "dense": lambda x: L.Dense(3, activation="softmax")(L.Flatten()(x)),
}


@case
def spread(folder):
    images = np.zeros((2, 6, 6, 2), "float32")
    # At one place of the first image: 1e38 · 10 is infinite, and infinity less infinity is NaN.
    images[0, 2, 3, 0] = 10
    for name, head in HEADS.items():
        inputs = keras.Input((6, 6, 2))
        grow, mix = L.Conv2D(2, 1, use_bias=False), L.Conv2D(4, 1, use_bias=False)
        model = keras.Model(inputs, head(mix(grow(inputs))))
        grow.set_weights([np.array([[1e38, -1e38], [0, 0]], "float32").reshape(1, 1, 2, 2)])
        mix.set_weights([np.array([[1, 1, 0, 0], [1, 0, 1, 0]], "float32").reshape(1, 1, 2, 4)])
        model.save(f"{folder}/m.keras")
        wanted, found = run(model, [images])[0], predict(folder, f"{folder}/m.keras", [images])[0]
        lost = ~np.isfinite(wanted) & np.isfinite(found)
        assert np.isnan(wanted[0]).any() and np.isnan(found[0]).any() and not lost.any(), (name, int(lost.sum()))
        assert np.isfinite(found[1]).all(), name
