"""What may be declared, what must not, and that the messages propose only what helps."""
import h5py, keras, numpy as np
from keras import layers as L
from identity import chain, conv, images, inputs_file, register
from support import case, deaden, deadwood, predict, prune, refusal, results, run, same


@register("declarations")
def capped(x):
    return keras.ops.clip(x, 0.0, 20.0)


def refused(folder, layer, *, proposed=False):
    """The layer called 'mid' cannot be declared, and nothing proposes it."""
    model = chain(conv(), L.BatchNormalization(), L.ReLU(), layer, conv(6), L.ReLU())
    path = f"{folder}/m.keras"
    model.save(path)
    said = refusal("predict", path, "--input", inputs_file(folder, [images()]), "--output", f"{folder}/y.h5")
    assert "'mid'" in said and "--declare" not in said, said
    report = deadwood("inspect", path)[0]
    assert "--declare" not in report, report
    said = refusal("prune", path, "-o", f"{folder}/c.keras", "--declare", "mid=linear")
    assert "--declare 'mid=linear'" in said and "'mid'" in said, said
    return said[:110]


@case
def refused_group_normalization(folder):
    return refused(folder, L.GroupNormalization(4, name="mid"))


@case
def refused_unit_normalization(folder):
    return refused(folder, L.UnitNormalization(name="mid"))


@case
def refused_normalize(folder):
    class Normalize:
        def __call__(self, x):
            y = keras.ops.normalize(x)
            y._keras_history.operation.name = "mid"
            return y
    return refused(folder, Normalize())


@case
def refused_flip(folder):
    class Flip:
        def __call__(self, x):
            y = keras.ops.flip(x, axis=2)
            y._keras_history.operation.name = "mid"
            return y
    return refused(folder, Flip())


@case
def refused_masking(folder):
    return refused(folder, L.Masking(name="mid"))


@case
def refused_layer_of_the_user_with_weights(folder):
    @register("declarations")
    class Scale(L.Layer):
        def build(self, shape):
            self.s = self.add_weight(shape=(shape[-1],), name="s", initializer="ones")

        def call(self, x):
            return x * self.s
    return refused(folder, Scale(name="mid"))


@case
def refused_recurrence(folder):
    i = keras.Input((20, 6))
    x = L.LSTM(6, return_sequences=True, name="mid")(L.Conv1D(6, 3, padding="same", activation="relu", name="c")(i))
    model = keras.Model(i, L.Dense(3)(L.Flatten()(x)))
    for extension in ("keras", "h5"):
        model.save(f"{folder}/m.{extension}")
        said = refusal("predict", f"{folder}/m.{extension}", "--input", inputs_file(folder, [images((20, 6))]), "--output", f"{folder}/y.h5")
        assert "'mid'" in said and "--declare" not in said, said
        said = refusal("inspect", f"{folder}/m.{extension}", "--declare", "mid=linear")
        assert "has weights" in said or "with weights" in said, said
    return said[:110]


def functions():
    model = chain(conv(activation=capped, name="a"), conv(activation=capped, name="b"), conv(6, activation="relu", name="c"))
    return keras.Model(model.inputs[0], L.Dense(6, activation=capped, name="d")(model.outputs[0]))


@case
def function_by_its_own_name(folder):
    model, x = functions(), [images()]
    for layer in ("a", "b"):
        w = model.get_layer(layer).get_weights()
        w[0][..., 1:3], w[1][1:3] = 0, 0.3
        model.get_layer(layer).set_weights(w)
    for extension in ("keras", "h5"):
        path, compact, option = f"{folder}/m.{extension}", f"{folder}/c.{extension}", ("--declare", "capped=relu(max=20)")
        model.save(path)
        said = refusal("predict", path, "--input", inputs_file(folder, x), "--output", f"{folder}/y.h5")
        assert "'a'" in said and "--declare 'capped=FUNCTION'" in said, said
        note = same(run(model, x), predict(folder, path, x, *option))
        report = prune(path, compact, *option, "--force")
        assert {"a", "b"} <= {l["name"] for l in report["layers"] if l["before"] > l["after"]}, report["layers"]
        same(run(model, x), run(keras.models.load_model(compact), x))
    return note


@case
def function_by_the_layers_name(folder):
    model, x = functions(), [images()]
    model.save(f"{folder}/m.keras")
    options = [o for l in "abd" for o in ("--declare", f"{l}=relu(max=20)")]
    return same(run(model, x), predict(folder, f"{folder}/m.keras", x, *options))


@case
def lambda_with_scale_and_offset(folder):
    model = chain(L.Lambda(lambda x: x / 255, name="rescale"), L.Lambda(lambda x: x + 0.5, name="add_one"), conv(), L.BatchNormalization(), L.ReLU())
    model.save(f"{folder}/m.keras")
    x = [images() * 100]
    said = refusal("predict", f"{folder}/m.keras", "--input", inputs_file(folder, x), "--output", f"{folder}/y.h5")
    assert "--declare 'rescale=FUNCTION'" in said, said
    options = ("--declare", "rescale=scale(1/255)", "--declare", "add_one=affine(1, 0.5)")
    note = same(run(model, x), predict(folder, f"{folder}/m.keras", x, *options))
    report = prune(f"{folder}/m.keras", f"{folder}/c.keras", *options)
    assert report["parameters"]["after"] < report["parameters"]["before"]
    return note


@case
def operations_with_numbers(folder):
    class Square:
        def __call__(self, x):
            return keras.ops.clip(x, 0, 2)
    model = chain(conv(), L.BatchNormalization(), Square(), conv(6))
    model.save(f"{folder}/m.keras")
    return same(run(model, [images()]), predict(folder, f"{folder}/m.keras", [images()], "--declare", "clip=relu(max=2)"))


@case
def pruning_wrapper_says_strip_pruning(folder):
    """A file as the pruning wrapper of TensorFlow's model optimization leaves it: its class, the layer inside, further weights."""
    class PruneLowMagnitude(L.Wrapper):
        def build(self, shape):
            super().build(shape)
            self.step = self.add_weight(shape=(), name="pruning_step", initializer="zeros", trainable=False)

        def call(self, x):
            return self.layer(x)
    model = chain(conv(), L.BatchNormalization(), L.ReLU(), PruneLowMagnitude(conv(6), name="mid"), L.ReLU())
    for extension in ("keras", "h5"):
        model.save(f"{folder}/m.{extension}")
        said = refusal("predict", f"{folder}/m.{extension}", "--input", inputs_file(folder, [images()]), "--output", f"{folder}/y.h5")
        assert "strip_pruning" in said and "--declare" not in said, said
    return said[:110]
