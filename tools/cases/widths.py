"""Options that name the width of the layer before: the compact file says the new one, and Keras trains it on."""
import keras, numpy as np
from support import case, deaden, predict, prune, run, same

L = keras.layers


def convolution(filters):
    return [L.Conv2D(filters, 3, padding="same"), L.BatchNormalization(), L.ReLU()]


def check(folder, layers, options=(), endings=(".keras", ".h5"), shape=(8, 8, 3), custom=None):
    """Cuts a model, and compares and trains the compact one in Keras; returns that of the last format."""
    model = deaden(keras.Sequential([L.Input(shape), *layers]), seed=1)
    x = np.random.default_rng(2).normal(size=(4, *shape)).astype("float32")
    for ending in endings:
        path, compact = f"{folder}/m{ending}", f"{folder}/c{ending}"
        model.save(path)
        report = prune(path, compact, *options)
        assert report["parameters"]["after"] < report["parameters"]["before"], "nothing was cut"
        small = keras.models.load_model(compact, custom_objects=custom, safe_mode=False)
        same(run(model, [x]), run(small, [x]))
        same(run(model, [x]), predict(folder, compact, [x], *options[:2]))
        small.compile("adam", "mse", run_eagerly=True)
        small.train_on_batch(x, np.zeros(small.compute_output_shape((4, *shape))))
    return small


def width(model):
    return next(l for l in model.layers if isinstance(l, (L.Conv2D, L.Conv1D, L.Dense))).bias.shape[0]


def noise(model, kind):
    return [l.noise_shape for l in model.layers if isinstance(l, kind)][0]


@case
def dropout(folder):
    small = check(folder, [*convolution(8), L.Dropout(0.5, noise_shape=(None, 1, 1, 8)), L.Conv2D(6, 3)])
    assert list(noise(small, L.Dropout)) == [None, 1, 1, width(small)]


@case
def alpha_dropout(folder):
    small = check(folder, [*convolution(8), L.AlphaDropout(0.5, noise_shape=(None, 1, 1, 8)), L.Conv2D(6, 3)])
    assert list(noise(small, L.AlphaDropout)) == [None, 1, 1, width(small)]


@case
def dropout_everywhere(folder):
    """All lengths are named, of which the image's stay."""
    small = check(folder, [*convolution(8), L.Dropout(0.5, noise_shape=(4, 8, 8, 8)), L.Conv2D(6, 3)])
    assert list(noise(small, L.Dropout)) == [4, 8, 8, width(small)] and width(small) < 8


@case
def dropout_of_whole_maps(folder):
    """A 1 is no width."""
    small = check(folder, [*convolution(8), L.Dropout(0.5, noise_shape=(None, 8, 8, 1)), L.Conv2D(6, 3)])
    assert list(noise(small, L.Dropout)) == [None, 8, 8, 1]


@case
def dropout_behind_flatten(folder):
    small = check(folder, [*convolution(8), L.Flatten(), L.Dropout(0.5, noise_shape=(None, 512)), L.Dense(4)])
    assert list(noise(small, L.Dropout)) == [None, 64 * width(small)]


@case
def dropout_of_sequences(folder):
    layers = [L.Conv1D(8, 3, padding="same"), L.BatchNormalization(), L.ReLU(), L.Dropout(0.5, noise_shape=(None, 1, 8)), L.Conv1D(5, 3)]
    small = check(folder, layers, shape=(12, 3))
    assert list(noise(small, L.Dropout)) == [None, 1, width(small)]


@case
def dropout_of_trailing_axes(folder):
    """A shape without a batch axis is aligned at the end."""
    small = check(folder, [*convolution(8), L.Dropout(0.5, noise_shape=(1, 8)), L.Conv2D(6, 3)])
    assert list(noise(small, L.Dropout)) == [1, width(small)]


@case
def shared_dropout(folder):
    """Behind two layers that keep different numbers of filters the axis is left open, which means the input's own."""
    i = keras.Input((8, 8, 3))
    shared = L.Dropout(0.5, noise_shape=(None, 1, 1, 8), name="shared")
    branches = []
    for k in range(2):
        x = i
        for layer in convolution(8):
            x = layer(x)
        branches.append(L.Conv2D(4, 3)(shared(x)))
    model = deaden(keras.Model(i, L.Add()(branches)), seed=1)
    norm = [l for l in model.layers if isinstance(l, L.BatchNormalization)][1]
    norm.gamma.assign([0, 0, 0, 0, 0, 1, 1, 1])
    x = np.random.default_rng(2).normal(size=(4, 8, 8, 3)).astype("float32")
    model.save(f"{folder}/m.keras")
    prune(f"{folder}/m.keras", f"{folder}/c.keras")
    small = keras.models.load_model(f"{folder}/c.keras")
    same(run(model, [x]), run(small, [x]))
    widths = {l.bias.shape[0] for l in small.layers if isinstance(l, L.Conv2D)} - {4}
    if len(widths) == 2:
        assert list(small.get_layer("shared").noise_shape) == [None, 1, 1, None], small.get_layer("shared").noise_shape
    small.compile("sgd", "mse", run_eagerly=True)
    small.train_on_batch(x, np.zeros((4, 6, 6, 4)))
    return f"widths {sorted(widths)}"


@case
def reshape(folder):
    check(folder, [*convolution(8), L.Reshape((64, 8)), L.Conv1D(6, 3)])


@case
def lambda_shape(folder):
    """A declared Lambda that names the shape of its output."""
    twice = L.Lambda(keras.ops.relu, output_shape=(8, 8, 8), name="twice")
    small = check(folder, [*convolution(8), twice, L.Conv2D(6, 3)], options=("--declare", "twice=relu"), endings=(".keras",))
    assert list(small.get_layer("twice")._output_shape) == [8, 8, width(small)]


@case
def weights_of_slopes(folder):
    """Shapes that layers are built from again: PReLU's, normalizations', a separable convolution's."""
    check(folder, [*convolution(8), L.PReLU(shared_axes=[1, 2]), L.SeparableConv2D(6, 3), L.BatchNormalization(), L.PReLU(shared_axes=[1, 2]), L.DepthwiseConv2D(3), L.Conv2D(4, 3)])
