"""Whose code a name means: a user's function, layer or model that shares Keras's name is not Keras's."""
import sys, types
import h5py, keras, numpy as np
from keras import layers as L
from support import case, deaden, deadwood, deviation, predict, prune, refusal, results, run, same

register = keras.saving.register_keras_serializable


def chain(*layers, shape=(8, 8, 3)):
    x = inputs = keras.Input(shape)
    for layer in layers:
        x = layer(x)
    return deaden(keras.Model(inputs, L.Dense(3)(L.GlobalAveragePooling2D()(x))))


def conv(filters=8, **options):
    return L.Conv2D(filters, 3, padding="same", **options)


def images(shape=(8, 8, 3)):
    return np.random.default_rng(2).normal(size=(4, *shape)).astype("float32")


def is_foreign(folder, model, layer, extension="keras", **objects):
    """The layer is opaque, and whatever is cut leaves Keras's answers as they were."""
    path, compact, x = f"{folder}/m.{extension}", f"{folder}/c.{extension}", [images(model.input_shape[1:])]
    model.save(path)
    dense = keras.models.load_model(path, custom_objects=objects)
    assert layer in results("inspect", path)["opaque"], f"'{layer}' is taken for Keras's"
    said = refusal("predict", path, "--input", inputs_file(folder, x), "--output", f"{folder}/y.h5")
    assert f"'{layer}'" in said, said
    prune(path, compact, "--force")
    return same(run(dense, x), run(keras.models.load_model(compact, custom_objects=objects), x))


def inputs_file(folder, x):
    with h5py.File(f"{folder}/x.h5", "w") as f:
        f["x"] = x[0]
    return f"{folder}/x.h5"


def is_known(folder, model, extension="keras", **objects):
    """No layer is opaque, deadwood answers as Keras, and something goes."""
    path, compact, x = f"{folder}/m.{extension}", f"{folder}/c.{extension}", [images(model.input_shape[1:])]
    model.save(path)
    assert results("inspect", path)["opaque"] == []
    note = same(run(model, x), predict(folder, path, x))
    report = prune(path, compact, "--force")
    assert report["parameters"]["after"] < report["parameters"]["before"]
    same(run(model, x), run(keras.models.load_model(compact, custom_objects=objects), x))
    return note


def swish(x):
    return x * keras.ops.sigmoid(3 * x)


def hard_swish(x):
    return x * keras.ops.relu6(x + 1) / 2


@case
def function_swish(folder):
    return is_foreign(folder, chain(conv(), L.BatchNormalization(), L.Activation(swish, name="a"), conv(6), L.ReLU()), "a", swish=swish)


@case
def function_swish_legacy(folder):
    return is_foreign(folder, chain(conv(), L.BatchNormalization(), L.Activation(swish, name="a"), conv(6), L.ReLU()), "a", "h5", swish=swish)


@case
def function_hard_swish_in_a_convolution(folder):
    return is_foreign(folder, chain(conv(), L.BatchNormalization(), conv(6, activation=hard_swish, name="a"), L.ReLU()), "a", hard_swish=hard_swish)


@case
def function_registered_as_relu(folder):
    @register("identity")
    def relu(x):
        return keras.ops.relu(x) + 1
    return is_foreign(folder, chain(conv(), L.BatchNormalization(), conv(6, activation=relu, name="a"), L.ReLU()), "a")


@case
def functions_of_keras_by_their_objects(folder):
    return is_known(folder, chain(conv(activation=keras.activations.silu), L.BatchNormalization(), L.Activation("hard_swish"), conv(6, activation=L.LeakyReLU(0.1)), L.ReLU()))


@case
def class_in_module_keras_blocks(folder):
    module = types.ModuleType("keras_blocks")
    sys.modules["keras_blocks"] = module

    class Conv2D(L.Conv2D):
        def call(self, x):
            return super().call(x) + 1
    Conv2D.__module__ = "keras_blocks"
    module.Conv2D = Conv2D
    return is_foreign(folder, chain(conv(), L.BatchNormalization(), L.ReLU(), Conv2D(6, 3, name="a"), L.ReLU()), "a", Conv2D=Conv2D)


@case
def class_of_the_main_module(folder):
    class Relu(L.Layer):
        def call(self, x):
            return x + 1
    # Keras writes no module for it, the registered name alone.
    Relu.__module__ = "builtins"
    return is_foreign(folder, chain(conv(), L.BatchNormalization(), Relu(name="a"), conv(6)), "a", Relu=Relu)


@case
def class_like_an_operation_legacy(folder):
    class Relu(L.Layer):
        def call(self, x):
            return x + 1
    return is_foreign(folder, chain(conv(), L.BatchNormalization(), Relu(name="a"), conv(6)), "a", "h5", Relu=Relu)


@case
def layer_in_a_module_with_ops(folder):
    """A layer with weights in 'mylib.ops.blocks' is a layer: its weights and its place among the groups stay."""
    class Scale(L.Layer):
        def build(self, shape):
            self.s = self.add_weight(shape=(shape[-1],), name="s", initializer="ones")

        def call(self, x):
            return x * self.s
    Scale.__module__ = "mylib.ops.blocks"
    model = chain(conv(), L.BatchNormalization(), L.ReLU(), Scale(name="a"), conv(6))
    sys.modules["mylib.ops.blocks"] = sys.modules["mylib.ops"] = sys.modules["mylib"] = types.SimpleNamespace(Scale=Scale)
    note = is_foreign(folder, model, "a", Scale=Scale)
    layer = next(l for l in results("inspect", f"{folder}/m.keras")["layers"] if l["name"] == "a")
    assert layer["parameters"] == 8, layer
    return note


@case
def registered_layer_as_activation(folder):
    @register("identity")
    class LeakyReLU(L.Layer):
        def __init__(self, negative_slope=0.3, **options):
            super().__init__(**options)
            self.negative_slope = negative_slope

        def call(self, x):
            return keras.ops.leaky_relu(x, self.negative_slope) + 1.0

        def get_config(self):
            return {**super().get_config(), "negative_slope": self.negative_slope}
    model = chain(conv(), L.BatchNormalization(), L.ReLU(), conv(6, activation=LeakyReLU(0.1), name="a"), conv(5))
    for extension in ("keras", "h5"):
        note = is_foreign(folder, model, "a", extension)
    return note


@register("identity")
class Residual(keras.Model):
    def call(self, x, training=None, mask=None):
        return x + super().call(x, training=training, mask=mask)


@case
def nested_subclass_of_a_model(folder):
    i = keras.Input((8, 8, 8))
    inner = Residual(i, L.ReLU()(L.BatchNormalization()(conv()(L.ReLU()(L.BatchNormalization()(conv()(i)))))), name="inner")
    model = chain(conv(), L.BatchNormalization(), L.ReLU(), inner, conv(4))
    for extension in ("keras", "h5"):
        note = is_foreign(folder, model, "inner", extension)
        layer = next(l for l in results("inspect", f"{folder}/m.{extension}")["layers"] if l["name"] == "inner")
        assert layer["parameters"] == inner.count_params(), layer
    return note


@case
def subclass_on_top_warns(folder):
    i = keras.Input((8, 8, 3))
    model = deaden(Residual(i, L.BatchNormalization()(conv(3)(L.ReLU()(L.BatchNormalization()(conv()(i)))))))
    model.save(f"{folder}/m.keras")
    warnings = results("inspect", f"{folder}/m.keras")["warnings"]
    assert any("'Residual'" in w and "call()" in w for w in warnings), warnings


@case
def functional_on_top_does_not_warn(folder):
    chain(conv(), L.BatchNormalization(), L.ReLU()).save(f"{folder}/m.keras")
    assert results("inspect", f"{folder}/m.keras")["warnings"] == []


@case
def nested_with_two_inputs(folder):
    a, b = keras.Input((8, 8, 4)), keras.Input((8, 8, 4))
    inner = keras.Model([a, b], L.ReLU()(L.BatchNormalization()(conv(6)(L.Add()([L.ReLU()(L.BatchNormalization()(conv(6)(a))), conv(6)(b)])))), name="inner")
    i = keras.Input((8, 8, 3))
    x = L.ReLU()(L.BatchNormalization()(conv(4)(i)))
    model = deaden(keras.Model(i, L.Dense(3)(L.GlobalAveragePooling2D()(conv(5)(inner([x, conv(4)(i)]))))))
    for extension in ("keras", "h5"):
        note = is_known(folder, model, extension)
    return note


@case
def normalization_behind_a_mask(folder):
    """The mask counts in training only: the dead channels behind it go, the weights stay with their layers."""
    i = keras.Input((12, 5))
    x = L.Masking()(i)
    x = L.BatchNormalization(name="first")(x)
    x = L.LSTM(6, return_sequences=True)(x)
    x = L.BatchNormalization(name="second")(x)
    x = L.ReLU()(L.BatchNormalization(name="third")(L.Conv1D(8, 3, name="c")(x)))
    model = deaden(keras.Model(i, L.Dense(3)(L.GlobalAveragePooling1D()(L.Conv1D(4, 3, name="d")(x)))))
    x = np.random.default_rng(2).normal(size=(4, 12, 5)).astype("float32")
    x[:, 9:] = 0
    for extension in ("keras", "h5"):
        path, compact = f"{folder}/m.{extension}", f"{folder}/c.{extension}"
        model.save(path)
        opaque = results("inspect", path)["opaque"]
        assert "masking" in opaque and not {"first", "second", "third"} & set(opaque), opaque
        report = prune(path, compact, "--force")
        assert report["parameters"]["after"] < report["parameters"]["before"]
        # Keras cannot read the operations of its own legacy files back.
        note = same(run(model, [x]), run(keras.models.load_model(compact), [x])) if extension == "keras" else note
    return note


@case
def mask_given_by_hand(folder):
    i, m = keras.Input((12, 5)), keras.Input((12,), dtype="bool")
    x = L.ReLU()(L.BatchNormalization()(L.Conv1D(8, 3, padding="same")(i), mask=m))
    model = deaden(keras.Model([i, m], L.Dense(3)(L.GlobalAveragePooling1D()(L.Conv1D(4, 3)(x)))))
    model.save(f"{folder}/m.keras")
    assert results("inspect", f"{folder}/m.keras")["opaque"] == []
    x = [np.random.default_rng(2).normal(size=(4, 12, 5)).astype("float32"), np.ones((4, 12), "float32")]
    return same(run(model, x), predict(folder, f"{folder}/m.keras", x))


@case
def mask_of_a_mean(folder):
    """A mean over time does look at its mask: it stays opaque."""
    i, m = keras.Input((12, 5)), keras.Input((12,), dtype="bool")
    x = L.ReLU()(L.BatchNormalization()(L.Conv1D(8, 3, padding="same")(i)))
    model = deaden(keras.Model([i, m], L.Dense(3)(L.GlobalAveragePooling1D(name="mean")(x, mask=m))))
    model.save(f"{folder}/m.keras")
    assert results("inspect", f"{folder}/m.keras")["opaque"] == ["mean"]


@case
def a_bare_layer_of_an_operations_name_in_a_legacy_file(folder):
    """Keras's own legacy files cannot be loaded with operations in them: what is called like one is a user's."""
    for name in ("Relu", "Silu", "Sigmoid", "Negative", "Mean"):
        def call(self, x):
            return x * 0.5 + 0.3

        bare = type(name, (L.Layer,), {"call": call, "get_config": lambda self: {"name": self.name}})
        i = keras.Input((8, 8, 3))
        x = bare(name="mine")(L.BatchNormalization()(L.Conv2D(8, 3, padding="same")(i)))
        m = deaden(keras.Model(i, L.Dense(4)(L.GlobalAveragePooling2D()(L.Conv2D(4, 3, padding="same")(x)))))
        m.save(f"{folder}/{name}.h5")
        assert results("inspect", f"{folder}/{name}.h5")["opaque"] == ["mine"], name
        report = prune(f"{folder}/{name}.h5", f"{folder}/{name}-compact.h5")
        assert report["verified"] is False, name
        x = np.random.default_rng(1).normal(size=(4, 8, 8, 3)).astype("float32")
        same(run(m, [x]), run(keras.models.load_model(f"{folder}/{name}-compact.h5", custom_objects={name: bare}), [x]))
