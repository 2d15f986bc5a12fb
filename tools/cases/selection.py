"""Filters chosen beyond the dead: those that sums and the like tie go together, and the rest computes what it did without them."""
import json

import keras, numpy as np
from keras import layers as L

from support import case, deaden, deadwood, deviation, prune, results, run, same


def unit(x, filters, size=3, strides=1, relu=True, **options):
    x = L.Conv2D(filters, size, strides=strides, padding="same", use_bias=False, **options)(x)
    x = L.BatchNormalization()(x)
    return L.ReLU()(x) if relu else x


def trained(model, seed=0):
    """Weights as after training: every scale positive, no filter dead."""
    return deaden(model, seed, share=0)


def resnet20(before=False):
    """Three stages of three blocks; `before`: normalization and activation before the convolutions (He et al. 2016)."""
    inputs = keras.Input((16, 16, 3))
    x = L.Conv2D(16, 3, padding="same", use_bias=False)(inputs) if before else unit(inputs, 16)
    for stage, filters in enumerate([16, 32, 64]):
        for block in range(3):
            strides = 2 if stage and not block else 1
            shortcut = x
            if before:
                y = L.ReLU()(L.BatchNormalization()(x))
                y = unit(y, filters, strides=strides)
                y = L.Conv2D(filters, 3, padding="same", use_bias=False)(y)
                if strides > 1:
                    shortcut = L.Conv2D(filters, 1, strides=2, use_bias=False)(x)
                x = L.Add()([y, shortcut])
            else:
                y = unit(unit(x, filters, strides=strides), filters, relu=False)
                if strides > 1:
                    shortcut = unit(x, filters, 1, strides=2, relu=False)
                x = L.ReLU()(L.Add()([y, shortcut]))
    if before:
        x = L.ReLU()(L.BatchNormalization()(x))
    return trained(keras.Model(inputs, L.Dense(10)(L.GlobalAveragePooling2D()(x))))


def masked(model, report):
    """The model without what its removed filters make: 0 behind each layer that holds weights for them, as far as sums reach."""
    silent = {line["name"]: np.asarray(line["removed"], int) for line in report["layers"]}
    gone = {}

    def zero(layer, channels):
        for w in layer.weights:
            value = w.numpy()
            if isinstance(layer, (L.BatchNormalization,)) and w.path.endswith(("gamma", "beta")):
                value[channels] = 0
            elif isinstance(layer, L.DepthwiseConv2D) and value.ndim == 4:
                value[:, :, channels] = 0
            elif not isinstance(layer, L.BatchNormalization) and channels.size:
                value[..., channels] = 0
            w.assign(value)

    for layer in model.layers:
        before = [gone.get(id(t), np.zeros(0, int)) for t in keras.tree.flatten(layer.input)] if not isinstance(layer, L.InputLayer) else []
        here = silent.get(layer.name, before[0] if before and not isinstance(layer, (L.Dense, L.Flatten, L.Conv2D)) else np.zeros(0, int))
        zero(layer, here)
        gone[id(layer.output)] = here
    return model


def cut(folder, model, *options):
    """The report, the compact model in Keras, and by how much it differs from the masked one."""
    dense, compact = f"{folder}/dense.keras", f"{folder}/compact.keras"
    model.save(dense)
    report = prune(dense, compact, *options)
    x = np.random.default_rng(3).normal(size=(4, *model.input_shape[1:])).astype("float32")
    small = keras.models.load_model(compact)
    note = same(run(masked(keras.models.load_model(dense), report), [x]), run(small, [x]))
    assert small.count_params() == report["parameters"]["after"], "parameters"
    assert report["selection"]["pinned"] == 0, report["selection"]
    return report, small, note


def widths(report):
    return {line["name"]: (line["before"], line["after"]) for line in report["layers"]}


@case
def residual_trunks_shrink(folder):
    report, small, note = cut(folder, resnet20(), "--select", "li", "--fraction", "0.3")
    for before, after in list(widths(report).values())[:-1]:
        assert after == before - int(0.3 * before), (before, after)
    return f"{note}, {report['parameters']['after']} of {report['parameters']['before']} parameters"


@case
def every_measure_shrinks_trunks(folder):
    images = np.random.default_rng(1).normal(size=(24, 16, 16, 3)).astype("float32")
    import h5py

    with h5py.File(f"{folder}/corpus.h5", "w") as f:
        f["images"] = images
    for options in (["slimming"], ["slimming", "--scope", "layer"], ["li", "--scope", "global"], ["random"], ["apoz"]):
        corpus = ["--corpus", f"{folder}/corpus.h5:images"] if options[0] == "apoz" else []
        report, _, note = cut(folder, resnet20(), "--select", *options, "--fraction", "0.4", "--force", *corpus)
        trunks = [after / before for before, after in list(widths(report).values())[:-1]]
        assert min(trunks) < 1 and report["parameters"]["after"] < 0.75 * report["parameters"]["before"], (options, trunks)
        if "global" not in options and options != ["slimming"]:
            assert max(trunks) < 0.7, (options, trunks)
    return note


@case
def trunks_with_normalization_before(folder):
    report, _, note = cut(folder, resnet20(before=True), "--select", "li", "--fraction", "0.3")
    for before, after in list(widths(report).values())[:-1]:
        assert after == before - int(0.3 * before), (before, after)
    return note


@case
def depthwise_layers_go_with_what_they_read(folder):
    inputs = x = keras.Input((16, 16, 3))
    x = unit(x, 16)
    for filters, residual in [(16, True), (24, False), (24, True)]:
        y = unit(x, 48, 1)
        y = L.ReLU(max_value=6)(L.BatchNormalization()(L.DepthwiseConv2D(3, padding="same", use_bias=False)(y)))
        y = unit(y, filters, 1, relu=False)
        x = L.Add()([x, y]) if residual else y
    model = trained(keras.Model(inputs, L.Dense(5)(L.GlobalAveragePooling2D()(x))))
    report, _, note = cut(folder, model, "--select", "li", "--fraction", "0.25")
    for before, after in list(widths(report).values())[:-1]:
        assert after == before - before // 4, (before, after)
    return note


@case
def gates_go_with_their_channels(folder):
    inputs = keras.Input((12, 12, 3))
    x = unit(inputs, 16)
    y = unit(x, 16, relu=False)
    gate = L.Dense(16, activation="sigmoid")(L.Dense(4, activation="relu")(L.GlobalAveragePooling2D(keepdims=True)(y)))
    x = L.ReLU()(L.Add()([x, L.Multiply()([y, gate])]))
    model = trained(keras.Model(inputs, L.Dense(5)(L.GlobalAveragePooling2D()(unit(x, 8)))))
    dense, compact = f"{folder}/dense.keras", f"{folder}/compact.keras"
    model.save(dense)
    report = prune(dense, compact, "--select", "li", "--fraction", "0.25")
    assert [after for _, after in widths(report).values()] == [12, 12, 3, 12, 6, 5], widths(report)
    return f"{keras.models.load_model(compact).count_params()} parameters"


@case
def groups_lose_as_many_filters_each(folder):
    inputs = keras.Input((12, 12, 3))
    x = unit(inputs, 32)
    for _ in range(2):
        y = unit(unit(unit(x, 32, 1), 32, groups=4), 32, 1, relu=False)
        x = L.ReLU()(L.Add()([x, y]))
    model = trained(keras.Model(inputs, L.Dense(5)(L.GlobalAveragePooling2D()(x))))
    report, _, note = cut(folder, model, "--select", "li", "--fraction", "0.25")
    assert all(after == before * 3 // 4 for before, after in list(widths(report).values())[:-1]), widths(report)
    return note


@case
def limits_hold_on_trunks(folder):
    report, _, _ = cut(folder, resnet20(), "--select", "li", "--fraction", "0.9", "--keep-at-least", "6")
    assert all(after >= 6 for _, after in list(widths(report).values())[:-1]), widths(report)
    model = resnet20()
    trunk = [l.name for l in model.layers if isinstance(l, L.Conv2D) and l.filters == 32 and l.kernel_size == (1, 1)][0]
    report, _, _ = cut(folder, model, "--select", "li", "--fraction", "0.3", "--protect", trunk, "--force")
    kept = [line for line in report["layers"] if line["before"] == 32 and line["after"] == 32]
    assert len(kept) == 4, f"the four layers that write to the protected trunk, not {len(kept)}"
    model.save(f"{folder}/dense.keras")
    report = prune(f"{folder}/dense.keras", f"{folder}/compact.keras", "--select", "li", "--fraction", "0.3", "--align", "8", "--force")
    assert all(after % 8 == 0 for before, after in list(widths(report).values())[:-1]), widths(report)
    return "floor, protection and alignment hold"


@case
def the_layers_before_the_outputs_stay(folder):
    inputs = keras.Input((12, 12, 3))
    x = unit(inputs, 16)
    x = L.Add()([x, unit(x, 16, relu=False)])
    model = trained(keras.Model(inputs, [x, L.Dense(5)(L.GlobalAveragePooling2D()(unit(x, 8)))]))
    model.save(f"{folder}/dense.keras")
    report = prune(f"{folder}/dense.keras", f"{folder}/compact.keras", "--select", "li", "--fraction", "0.5")
    assert [after for _, after in widths(report).values()] == [16, 16, 4, 5], widths(report)
