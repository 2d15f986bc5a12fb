"""Channels that reshapes and flattens take apart or put together, and constants that depend on the position."""
import keras, numpy as np
from keras import layers as L
from support import case, deaden, prune, run, same


def cut(folder, model, shape, removes=None, batch=3, ending="keras", seed=5):
    """Cuts a model, holds the compact one against it and a second cut against nothing; the numbers of filters removed by layer."""
    model.save(f"{folder}/dense.{ending}")
    report = prune(f"{folder}/dense.{ending}", f"{folder}/compact.{ending}", "--force")
    x = [np.random.default_rng(seed).normal(size=(batch, *s)).astype("float32") for s in (shape if isinstance(shape[0], tuple) else [shape])]
    compact = keras.models.load_model(f"{folder}/compact.{ending}")
    note = same(run(model, x), run(compact, x))
    again = prune(f"{folder}/compact.{ending}", f"{folder}/again.{ending}", "--force")["parameters"]
    assert again["after"] == again["before"], f"a second cut takes {again['before'] - again['after']} parameters more"
    removed = {layer["name"]: len(layer["removed"]) for layer in report["layers"] if layer["removed"]}
    if removes is not None:
        assert removed == removes, f"removed {removed}, not {removes}"
    compact.compile("sgd", "mse")
    compact.fit(x if len(x) > 1 else x[0], compact(x if len(x) > 1 else x[0]), verbose=0)
    return compact, note


def silence(layer, channels, count, is_first=False, value=0.0):
    """Makes the units of some of `count` channels dead by weight."""
    kernel, bias = layer.get_weights()
    units = kernel.shape[1]
    gone = [u for u in range(units) if (u * count // units if is_first else u % count) in channels]
    kernel[:, gone], bias[gone] = 0, value
    layer.set_weights([kernel, bias])
    return len(gone)


def unread(layer, channels, axis):
    """Makes a layer read nothing of some of its input's channels."""
    weights = layer.get_weights()
    index = [slice(None)] * weights[0].ndim
    index[axis] = channels
    weights[0][tuple(index)] = 0
    layer.set_weights(weights)


def position_dependent(order, source, rank):
    """Constants that zero padding makes depend on the position, flattened in `order`."""
    shape, axis = ((6, 5)[:rank] + (3,), -1) if source == "channels_last" else ((3,) + (6, 5)[:rank], 1)
    convolution, depthwise = (L.Conv1D, L.DepthwiseConv1D) if rank == 1 else (L.Conv2D, L.DepthwiseConv2D)
    i = keras.Input(shape)
    x = L.Activation("sigmoid")(L.BatchNormalization(axis=axis)(convolution(6, 3, padding="same", data_format=source)(i)))
    x = L.Flatten(data_format=order)(depthwise(3, padding="same", data_format=source)(x))
    return deaden(keras.Model(i, L.Dense(3)(L.Dense(8, activation="relu")(x))), 4), shape


def _flatten(order, source, rank):
    def test(folder):
        model, shape = position_dependent(order, source, rank)
        compact, note = cut(folder, model, shape)
        assert compact.layers[1].filters == 3, f"{compact.layers[1].filters} filters stay"
        return note
    test.__name__ = f"flatten_{order}_of_{source}_{rank}d"
    test.__module__ = __name__
    return test


for _order in ("channels_last", "channels_first"):
    for _source, _rank in (("channels_last", 1), ("channels_last", 2), ("channels_first", 2)):
        case(_flatten(_order, _source, _rank))


@case
def flatten_behind_an_opaque_branch(folder):
    """Nothing can be run here, so that nothing but the algebra decides."""
    i = keras.Input((6, 5, 3))
    x = L.Activation("sigmoid")(L.BatchNormalization()(L.Conv2D(6, 3, padding="same")(i)))
    x = L.Flatten(data_format="channels_first")(L.DepthwiseConv2D(3, padding="same")(x))
    y = L.GlobalAveragePooling2D()(L.GroupNormalization(2)(L.Conv2D(4, 1)(i)))
    return cut(folder, deaden(keras.Model(i, [L.Dense(3)(x), y]), 4), (6, 5, 3))[1]


@case
def flatten_of_four_axes(folder):
    """Channels first moves the first axis to the end, whichever that is."""
    i = keras.Input((6, 4, 3))
    x = L.Activation("sigmoid")(L.BatchNormalization()(L.Conv2D(6, 3, padding="same")(i)))
    x = L.Reshape((3, 2, 4, 6))(L.DepthwiseConv2D(3, padding="same")(x))
    x = L.Flatten(data_format="channels_first")(L.Permute((2, 1, 4, 3))(x))
    compact, note = cut(folder, deaden(keras.Model(i, L.Dense(4)(x)), 2), (6, 4, 3))
    assert compact.layers[1].filters == 3
    return note


@case
def permuted_and_reshaped_constants(folder):
    i = keras.Input((6, 4, 3))
    x = L.Activation("sigmoid")(L.BatchNormalization()(L.Conv2D(6, 3, padding="same")(i)))
    x = L.Permute((3, 2, 1))(L.DepthwiseConv2D(3, padding="same")(x))
    compact, note = cut(folder, deaden(keras.Model(i, [L.Dense(4)(L.Flatten()(x)), L.Dense(3)(L.Flatten(data_format="channels_first")(x)), L.Dense(2)(L.Reshape((-1,))(x))]), 2), (6, 4, 3))
    assert compact.layers[1].filters == 3
    return note


def generator(*behind, units=4 * 4 * 12, target=(4, 4, 12), between=(), size=20):
    return keras.Sequential([keras.Input((size,)), L.Dense(units, activation=None if between else "relu", name="fc"), *between, L.Reshape(target, name="map"), *behind])


def head(**options):
    return [L.Conv2DTranspose(8, 4, 2, "same", activation="relu", name="up", **options), L.Conv2DTranspose(3, 4, 2, "same", activation="tanh", **options)]


@case
def generator_dead_and_unread(folder):
    model = deaden(generator(*head()))
    silence(model.get_layer("fc"), [5, 7], 12)
    unread(model.get_layer("up"), [11], -1)
    compact, note = cut(folder, model, (20,), removes={"fc": 48})
    assert compact.get_layer("map").target_shape == (4, 4, 9)
    return note


@case
def generator_h5(folder):
    model = deaden(generator(*head()))
    silence(model.get_layer("fc"), [5, 7], 12)
    compact, note = cut(folder, model, (20,), removes={"fc": 32}, ending="h5")
    assert tuple(compact.get_layer("map").target_shape) == (4, 4, 10)
    return note


@case
def generator_with_an_open_axis(folder):
    model = deaden(generator(*head(), target=(4, -1, 12)))
    silence(model.get_layer("fc"), [0], 12)
    compact, note = cut(folder, model, (20,), removes={"fc": 16})
    assert tuple(compact.get_layer("map").target_shape) in ((4, -1, 11), (4, 4, 11))
    return note


@case
def generator_open_along_the_channels(folder):
    model = deaden(generator(*head(), target=(4, 4, -1)))
    silence(model.get_layer("fc"), [0, 1, 2], 12)
    return cut(folder, model, (20,), removes={"fc": 48})[1]


@case
def generator_one_unit_alive(folder):
    model = deaden(generator(*head()))
    silence(model.get_layer("fc"), [5], 12)
    kernel, bias = model.get_layer("fc").get_weights()
    kernel[:, 17] = 1
    model.get_layer("fc").set_weights([kernel, bias])
    return cut(folder, model, (20,), removes={})[1]


@case
def generator_normalized_before(folder):
    """The normalization of the units is where channels die; the DCGAN of most tutorials."""
    model = deaden(generator(*head(), between=(L.BatchNormalization(name="bn"), L.LeakyReLU(), L.Dropout(0.3))), share=0)
    gamma, beta = [np.array(w) for w in model.get_layer("bn").get_weights()[:2]]
    for c, held in ((1, 0), (2, 0.5), (4, 0.25), (6, -1)):
        gamma[c::12], beta[c::12] = 0, held
    model.get_layer("bn").set_weights([gamma, beta, *model.get_layer("bn").get_weights()[2:]])
    # What is not 0 is read through zero padding: one of three carries the others.
    compact, note = cut(folder, model, (20,), removes={"fc": 48})
    assert compact.get_layer("map").target_shape == (4, 4, 9)
    return note


@case
def generator_normalized_behind(folder):
    model = deaden(generator(L.BatchNormalization(name="bn"), L.ReLU(), L.UpSampling2D(2), L.Conv2D(6, 3, padding="same")), share=0)
    gamma, beta = [np.array(w) for w in model.get_layer("bn").get_weights()[:2]]
    gamma[[1, 8]], beta[[1, 8]] = 0, -0.5
    model.get_layer("bn").set_weights([gamma, beta, *model.get_layer("bn").get_weights()[2:]])
    return cut(folder, model, (20,), removes={"fc": 32})[1]


@case
def generator_depthwise(folder):
    model = deaden(generator(L.DepthwiseConv2D(3, padding="same", depth_multiplier=2, activation="relu"), L.Conv2D(6, 1)))
    for w in model.layers[2].weights[1:]:
        w.assign(np.zeros(w.shape))
    silence(model.get_layer("fc"), [3, 9], 12)
    return cut(folder, model, (20,), removes={"fc": 32, model.layers[2].name: 4})[1]


@case
def generator_of_sequences(folder):
    model = deaden(generator(L.UpSampling1D(2), L.Conv1D(6, 5, padding="same", activation="relu"), L.Conv1DTranspose(2, 4, 2, "same"), units=8 * 6, target=(8, 6)))
    silence(model.get_layer("fc"), [0, 4], 6)
    return cut(folder, model, (20,), removes={"fc": 16})[1]


@case
def generator_channels_first(folder):
    """Channels first on paper, turned for the convolutions behind: Theano's order."""
    model = deaden(generator(L.Permute((2, 3, 1)), *head(), target=(12, 4, 4)))
    silence(model.get_layer("fc"), [5, 7], 12, is_first=True)
    compact, note = cut(folder, model, (20,), removes={"fc": 32})
    assert compact.get_layer("map").target_shape == (10, 4, 4)
    return note


@case
def generator_in_two_steps(folder):
    model = deaden(generator(L.Reshape((4, 4, 12), name="second"), *head(), target=(16, 12)))
    silence(model.get_layer("fc"), [5, 7], 12)
    compact, note = cut(folder, model, (20,), removes={"fc": 32})
    assert (compact.get_layer("map").target_shape, compact.get_layer("second").target_shape) == ((16, 10), (4, 4, 10))
    return note


@case
def autoencoder(folder):
    """Flatten, a bottleneck and a reshape: units tie behind, positions alternate before."""
    i = keras.Input((8, 8, 3))
    x = L.ReLU()(L.BatchNormalization()(L.Conv2D(6, 3, 2, padding="same")(i)))
    z = L.Dense(10, activation="relu")(L.Flatten()(x))
    x = L.Reshape((4, 4, 6), name="map")(L.Dense(96, activation="relu", name="fc")(z))
    model = deaden(keras.Model(i, L.Conv2DTranspose(3, 3, 2, "same", name="up")(x)))
    unread(model.get_layer("up"), [0, 2], -1)
    compact, note = cut(folder, model, (8, 8, 3))
    assert compact.get_layer("map").target_shape == (4, 4, 4) and compact.get_layer("fc").units == 64 and compact.layers[1].filters == 3
    return note


@case
def conditional_generator(folder):
    """A plane made of the label beside the map: where nobody reads it, it goes with its dense layer."""
    z, label = keras.Input((20,), name="z"), keras.Input((10,), name="label")
    x = L.Reshape((4, 4, 8))(L.Dense(128, activation="relu", name="fc")(z))
    plane = L.Reshape((4, 4, 1))(L.Dense(16, name="plane")(label))
    both = L.Concatenate()([x, plane, L.Reshape((4, 4, 2))(L.Dense(32, name="planes")(label))])
    model = deaden(keras.Model([z, label], L.Conv2DTranspose(3, 4, 2, "same", name="up")(both)))
    silence(model.get_layer("fc"), [1], 8)
    unread(model.get_layer("up"), [8, 10], -1)
    compact, note = cut(folder, model, ((20,), (10,)))
    assert "plane" not in [l.name for l in compact.layers] and compact.get_layer("planes").units == 16 and compact.get_layer("fc").units == 112
    return note


@case
def sub_pixels(folder):
    """Channels dealt out over the plane by reshapes: four filters make one channel."""
    i = keras.Input((6, 5, 3))
    x = L.Conv2D(12, 3, padding="same", name="wide")(i)
    x = L.Reshape((12, 10, 3), name="map")(L.Permute((1, 3, 2, 4, 5))(L.Reshape((6, 5, 2, 2, 3))(x)))
    model = deaden(keras.Model(i, L.Conv2D(4, 3, padding="same", name="last")(x)))
    unread(model.get_layer("last"), [1], 2)
    compact, note = cut(folder, model, (6, 5, 3), removes={"wide": 4})
    assert compact.get_layer("map").target_shape == (12, 10, 2)
    return note


@case
def units_reshaped_by_an_operation(folder):
    """keras.ops.reshape counts the batch axis."""
    i = keras.Input((20,))
    x = keras.ops.reshape(L.Dense(96, activation="relu", name="fc")(i), (-1, 4, 4, 6))
    model = deaden(keras.Model(i, L.Conv2D(4, 3, padding="same", name="last")(x)))
    unread(model.get_layer("last"), [1, 5], 2)
    return cut(folder, model, (20,), removes={"fc": 32})[1]


@case
def slopes_over_the_plane(folder):
    """PReLU with a slope for every position: zeros and what is positive stay constant, negative constants become maps."""
    for shared, behind in (([], "flatten"), ([1], "flatten"), ([3], "pool"), ([], "pool")):
        i = keras.Input((6, 5, 3))
        x = L.PReLU(shared_axes=shared or None)(L.BatchNormalization(name="bn")(L.Conv2D(8, 3, padding="same", name="c")(i)))
        x = L.Flatten()(x) if behind == "flatten" else L.GlobalAveragePooling2D()(x)
        model = deaden(keras.Model(i, L.Dense(4)(x)))
        for layer in model.layers:
            if isinstance(layer, L.PReLU):
                layer.set_weights([np.random.default_rng(1).uniform(0.05, 0.5, layer.alpha.shape)])
        compact, note = cut(folder, model, (6, 5, 3), removes={"c": 4})
    return note


@case
def carriers_of_two_kernels(folder):
    """Constants under two kernels a channel: what must carry the others is chosen once, and a second cut finds no more."""
    for seed in range(8):
        i = keras.Input((8, 8, 3))
        x = L.Activation("sigmoid")(L.BatchNormalization()(L.Conv2D(8, 3, padding="same")(i)))
        x = L.ReLU()(L.BatchNormalization()(L.DepthwiseConv2D(3, padding="same", depth_multiplier=2)(x)))
        model = deaden(keras.Model(i, L.Dense(4)(L.GlobalAveragePooling2D()(L.Conv2D(6, 3, padding="same", activation="relu")(x)))), seed)
        compact, note = cut(folder, model, (8, 8, 3))
    return note


@case
def units_of_a_vector_again(folder):
    """Of a map that is flattened one channel is left: its units go one by one, with their slopes and the optimizer's slices."""
    gone, kept = [1, 2, 3, 5, 7], [0, 4, 6]
    for ending, held in (("keras", 0.5), ("h5", 0.0)):
        dense = [L.Dense(8, activation="relu", name="fc"), L.Reshape((4, 2), name="map"), L.PReLU(name="slopes"), L.Flatten(), L.Dense(3)]
        model = deaden(keras.Sequential([keras.Input((20,)), *dense]))
        model.compile("adam", keras.losses.MeanSquaredError())
        model.fit(np.random.default_rng(0).normal(size=(8, 20)), np.ones((8, 3)), verbose=0)
        kernel, bias = [np.array(w) for w in model.get_layer("fc").get_weights()]
        kernel[:, gone], bias[gone] = 0, held
        model.get_layer("fc").set_weights([kernel, bias])
        compact, note = cut(folder, model, (20,), removes={"fc": len(gone)}, ending=ending)
        assert compact.get_layer("map").target_shape == (3, 1) and compact.get_layer("slopes").alpha.shape == (3, 1)
        small = keras.models.load_model(f"{folder}/compact.{ending}").optimizer.variables
        for before, after in zip(model.optimizer.variables, small):
            if before.shape == (20, 8):
                assert np.array_equal(np.array(before)[:, kept], np.array(after)), f"{before.path} is no slice of what it was"
    return note
