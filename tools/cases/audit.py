"""The audit's numbers add up, and it says which declaration would free what layers that are not understood hold."""
import keras, numpy as np
from keras import layers as L

from support import case, deaden, deadwood, prune, results


def chain(kind):
    """Three blocks; behind each normalization what `kind` makes."""
    inputs = x = keras.Input((12, 12, 3))
    for filters in (16, 24, 32):
        x = kind(L.BatchNormalization()(L.Conv2D(filters, 3, padding="same", use_bias=False)(x)))
    return keras.Model(inputs, L.Dense(5)(L.GlobalAveragePooling2D()(x)))


def shifted(model):
    """Shifts of dead channels that every activation takes to 0 or below leave nothing under zero padding."""
    for layer in model.layers:
        if isinstance(layer, L.BatchNormalization):
            layer.beta.assign(np.where(layer.gamma.numpy() == 0, 0, layer.beta.numpy()))
    return model


def adds_up(analysis):
    """Headline, lines and lists of one audit."""
    totals, layers = analysis["totals"], analysis["layers"]
    assert totals["dead"] + totals["chosen"] == totals["removable"] + totals["pinned"], totals
    for key, name in [("dead", "deadFilters"), ("removable", "removable"), ("pinned", "pinned"), ("chosen", "chosen"), ("inPassing", "inPassing"), ("suspected", "suspected")]:
        assert totals[key] == sum(len(line[name]) for line in layers), key
    for line in layers:
        stays = {pin["filter"] for pin in line["pinned"]}
        assert set(line["removable"]) | stays == set(line["deadFilters"]) | set(line["chosen"]) and not stays & set(line["removable"]), line["name"]
        assert set(line["proven"]) <= set(line["deadFilters"]) and set(line["inPassing"]) <= set(line["removable"]), line["name"]
        assert not set(line["suspected"]) & (set(line["deadFilters"]) | stays), line["name"]
    return totals


@case
def totals_are_those_of_the_cut(folder):
    model, file = deaden(chain(lambda x: L.ReLU()(x))), f"{folder}/dense.keras"
    model.save(file)
    totals, report = adds_up(results("analyze", file)), prune(file, f"{folder}/compact.keras")
    assert totals["parameters"] == report["parameters"] and totals["macs"] == report["macs"]
    assert totals["removable"] == sum(len(line["removed"]) for line in report["layers"]) > 0
    first = deadwood("analyze", file)[0].splitlines()
    share = 100 * (1 - report["parameters"]["after"] / report["parameters"]["before"])
    assert f"{totals['dead']} of 77 filters are dead" in first[0] and f"{totals['removable']} can go" in first[0], first[0]
    assert f"{share:.1f} % of the parameters" in first[1] and "of the MACs" in first[1], first[1]
    return first[1]


@case
def suspicion_is_not_death(folder):
    model, file = deaden(chain(lambda x: L.ReLU()(x)), share=0), f"{folder}/dense.keras"
    norm = model.layers[2]
    norm.beta.assign(np.where(np.arange(16) < 5, -30, norm.beta.numpy()))
    model.save(file)
    totals = adds_up(results("analyze", file))
    assert totals["dead"] == totals["pinned"] == totals["removable"] == 0 and totals["suspected"] == totals["deadByStatistics"] == 5, totals
    assert "suspected by moving statistics, not counted as dead: 5" in deadwood("analyze", file)[0]
    totals = adds_up(results("analyze", file, "--criteria", "scale,statistics"))
    assert totals["dead"] == totals["removable"] == 5 and totals["suspected"] == 0, totals


@case
def unknown_layers_say_what_they_hold(folder):
    @keras.saving.register_keras_serializable("audits")
    class Squash(L.Layer):
        def call(self, x):
            return keras.ops.tanh(x) * 0.5

    model, file = shifted(deaden(chain(lambda x: Squash()(x)))), f"{folder}/dense.keras"
    model.save(file)
    analysis = results("analyze", file)
    totals, (line,) = adds_up(analysis), analysis["opaque"]
    assert totals["removable"] == 0 and line["className"].endswith("Squash") and len(line["layers"]) == 3, line
    assert line["heldFilters"] == line["freedFilters"] == analysis["opaqueTogether"]["freedFilters"] == totals["dead"], line
    option = line["declaration"].replace("'", "").split()
    after = prune(file, f"{folder}/compact.keras", option[0], option[1].replace("…", "tanh"))
    assert sum(len(l["removed"]) for l in after["layers"]) == line["freedFilters"], after["layers"]
    assert after["parameters"]["before"] - after["parameters"]["after"] == line["parameters"]
    said = [l for l in deadwood("analyze", file)[0].splitlines() if "--declare" in l]
    assert len(said) == 1 and f"3 layers are not understood" in said[0] and f"would free {line['freedFilters']} of them" in said[0], said
    return said[0]


@case
def nothing_is_said_where_no_declaration_helps(folder):
    @keras.saving.register_keras_serializable("audits")
    class Scaled(L.Layer):
        def build(self, shape):
            self.w = self.add_weight(shape=(shape[-1],), initializer="ones")

        def call(self, x):
            return x * self.w

    file = f"{folder}/dense.keras"
    for kind in (lambda x: Scaled()(x), lambda x: L.ReLU()(x), lambda x: L.Lambda(lambda x: x[:, ::2])(x)):
        shifted(deaden(chain(kind))).save(file)
        analysis = results("analyze", file)
        adds_up(analysis)
        assert analysis["opaque"] == [] and "opaqueTogether" not in analysis, analysis["opaque"]
        assert "not understood" not in deadwood("analyze", file)[0]


@case
def some_layers_of_a_class_go_by_their_names(folder):
    inputs = x = keras.Input((12, 12, 3))
    for i, f in enumerate((lambda x: x * 2, lambda x: x[:, ::2], lambda x: x - x)):
        x = L.Lambda(f, name=f"f{i}", output_shape=(12, 12, 16) if i != 1 else (6, 12, 16))(L.BatchNormalization()(L.Conv2D(16, 3, padding="same")(x)))
        if i == 1:
            x = L.UpSampling2D((2, 1))(x)
    model = shifted(deaden(keras.Model(inputs, L.Dense(5)(L.GlobalAveragePooling2D()(x)))))
    model.save(f"{folder}/dense.keras")
    (line,) = results("analyze", f"{folder}/dense.keras")["opaque"]
    assert line["layers"] == line["patterns"] == ["f0", "f2"], line
    return line["declaration"]
